"""Commands that run beside the app, such as a worker for jobs, each anew when newer code is live.

A role has one process at a time. After a save it gets SIGTERM, by which such programs finish their current job and end;
only then the next one starts. Code is not swapped in it: it may be in the middle of anything.
"""

import logging
from collections.abc import Mapping

from wsgi_hotreload.processes.exit_status import in_words
from wsgi_hotreload.supervisor.handles import State, WorkerHandle
from wsgi_hotreload.supervisor.pool import WorkerPool

# By the names of the roles.
Commands = Mapping[str, str]

log = logging.getLogger("wsgi_hotreload")


class Roles:
    def __init__(self, commands: Commands, pool: WorkerPool) -> None:
        self._commands = commands
        self._pool = pool
        self._processes: dict[str, WorkerHandle] = {}

    def restart(self) -> None:
        """Newer code is live: have each role run it, as soon as its process has finished what it does."""
        for role in self._commands:
            if role in self._processes:
                self._stop(role)
            else:
                self._start(role)

    def exited(self, worker: WorkerHandle, state: State, status: int | None) -> None:
        role = worker.role
        del self._processes[role]
        if state is not State.LIVE:
            self._start(role)
        elif failure := worker.failure:
            log.error("%s crashed: %s. The next save starts it anew.\n\n%s", role, failure.summary, failure.traceback)
        elif status == 0:
            log.info("%s has ended. The next save starts it anew.", role)
        else:
            log.error("%s crashed: %s. The next save starts it anew.", role, in_words(status))

    def end(self) -> None:
        """Have all end, and start none any more."""
        self._commands = {}
        for role in self._processes:
            self._stop(role)

    def _start(self, role: str) -> None:
        if command := self._commands.get(role):
            self._processes[role] = self._pool.run(role, command)
            log.info("%s runs: %s", role, command)

    def _stop(self, role: str) -> None:
        if self._processes[role].state is State.LIVE:
            self._processes[role].terminate()
