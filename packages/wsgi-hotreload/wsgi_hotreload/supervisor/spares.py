"""Spare workers: the next one of each process that workers are forked from, forked ahead of time."""

import time
from collections.abc import Callable, Iterable

from wsgi_hotreload.supervisor.handles import ForkServerHandle, State, WorkerHandle
from wsgi_hotreload.supervisor.workers import Workers

# Until the first requests to the newest code have had the cores.
SETTLING_SECONDS = 0.05


class Spares:
    def __init__(
        self,
        workers: Workers,
        parents: Callable[[], Iterable[ForkServerHandle]],
        fork: Callable[[ForkServerHandle], WorkerHandle],
    ) -> None:
        """``parents`` returns the processes that the next workers may be forked from."""
        self._workers = workers
        self._parents = parents
        self._fork = fork
        # When the next ones are to be forked; None if they are there.
        self._due: float | None = None

    def want(self) -> None:
        """Have those that are missing forked soon."""
        self._due = self._due or time.monotonic() + SETTLING_SECONDS

    def seconds_left(self) -> float | None:
        """Until ``fork_if_due`` does something; None if nothing is missing."""
        return self._due and max(0.0, self._due - time.monotonic())

    def fork_if_due(self) -> None:
        if self.seconds_left() != 0:
            return
        self._due = None
        for parent in self._parents():
            if not self._of(parent):
                self._fork(parent)

    def take(self, parent: ForkServerHandle) -> WorkerHandle:
        """The spare worker of a process, or else one that is forked now."""
        return self._of(parent) or self._fork(parent)

    def kill(self, parent: ForkServerHandle) -> None:
        """Kill the spare worker of a process, which lacks what that has by now."""
        if spare := self._of(parent):
            spare.kill()

    def kill_all(self) -> None:
        """Fork the next worker anew: what has killed one may have killed those that wait, too."""
        for worker in self._waiting():
            worker.kill()

    def _waiting(self) -> list[WorkerHandle]:
        return [worker for worker in self._workers.values() if worker.state is State.SPARE]

    def _of(self, parent: ForkServerHandle) -> WorkerHandle | None:
        return next((worker for worker in self._waiting() if worker.parent is parent), None)
