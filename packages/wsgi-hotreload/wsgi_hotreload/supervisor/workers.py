"""All workers, those that run a role among them."""

from __future__ import annotations

import time

from wsgi_hotreload.supervisor.handles import State, WorkerHandle


class Workers(dict[int, WorkerHandle]):
    """By their numbers."""

    def of_app(self, state: State) -> WorkerHandle | None:
        """One that loads or serves the app, in a state; at most one is ``LOADING``, and at most one ``LIVE``."""
        return next((worker for worker in self.values() if worker.state is state and not worker.role), None)

    def are_finishing(self) -> bool:
        """Whether some have something left to do before they end."""
        return any(worker.state is State.RETIRING for worker in self.values())

    def seconds_left(self) -> float | None:
        """Until the next deadline; None if there is none."""
        deadline = min((worker.deadline for worker in self.values() if worker.deadline), default=None)
        return deadline and max(0.0, deadline - time.monotonic())

    def overdue(self) -> list[WorkerHandle]:
        """Those whose deadline has passed, each once."""
        now = time.monotonic()
        found = [worker for worker in self.values() if worker.deadline and worker.deadline <= now]
        for worker in found:
            worker.deadline = None
        return found

    def kill_roles(self) -> None:
        """Those do not notice that there is no supervisor any more."""
        for worker in self.values():
            if worker.role:
                worker.kill()
