"""All workers, those that run a role among them, and what happens to them."""

import time
from typing import NamedTuple

from wsgi_hotreload.processes.messages import Message
from wsgi_hotreload.supervisor.handles import State, WorkerHandle


class Said(NamedTuple):
    """A worker has sent a message that is not for the pool."""

    worker: WorkerHandle
    message: Message


class Exited(NamedTuple):
    """A worker has ended, which was in ``state`` for some seconds, with an exit code as ``subprocess`` has it.

    None is not known.
    """

    worker: WorkerHandle
    state: State
    seconds: float
    status: int | None


Event = Said | Exited


class Workers(dict[int, WorkerHandle]):
    """By their numbers."""

    def of_app(self, state: State) -> WorkerHandle | None:
        """One that loads or serves the app, in a state; at most one is ``LOADING``, and at most one ``LIVE``."""
        return next((worker for worker in self.values() if worker.state is state and not worker.role), None)

    def are_finishing(self) -> bool:
        """Whether some have something left to do before they end."""
        return any(worker.state is State.RETIRING for worker in self.values())

    def have_messages(self) -> bool:
        """Whether one has said what was not received yet."""
        return any(not worker.channel.is_closed and worker.channel.has_packet() for worker in self.values())

    def seconds_left(self) -> float | None:
        """Until the next deadline; None if there is none."""
        deadline = min((worker.deadline for worker in self.values() if worker.deadline), default=None)
        return deadline and max(0.0, deadline - time.monotonic())

    def overdue(self) -> list[WorkerHandle]:
        """Those that are in their state for longer than ``DEADLINES`` has, each once."""
        now = time.monotonic()
        found = [worker for worker in self.values() if worker.deadline and worker.deadline <= now]
        for worker in found:
            worker.deadline = None
        return found
