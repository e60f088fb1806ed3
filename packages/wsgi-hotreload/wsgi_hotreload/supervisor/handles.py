"""The supervisor's handles of its processes: the zygote, and the workers that are forked from it or from snapshots."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from wsgi_hotreload.processes import messages
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.supervisor.connections import Connection
from wsgi_hotreload.supervisor.environment import AS_FLASK_RUN, AS_RELOADED

log = logging.getLogger("wsgi_hotreload")


class State(Enum):
    """A worker's life: it only moves to later states."""

    SPARE = auto()  # forked ahead of time, waits
    LOADING = auto()
    LIVE = auto()  # gets all new connections
    RETIRING = auto()  # finishes the requests that it has, or ends because it could not load
    DEAD = auto()  # ended, or killed and soon to end


# How many seconds a worker may be in a state before the supervisor does something: it reports a slow load, and kills a
# worker that does not retire.
DEADLINES = {State.LOADING: 5.0, State.RETIRING: 30.0}
# The latter if the next worker waits for its end.
HANDOVER_SECONDS = 5.0


@dataclass(eq=False)
class WorkerHandle:
    number: int
    channel: Channel
    parent: ForkServerHandle
    # Known a moment after the fork.
    pid: int | None = None
    state: State = State.SPARE
    # Whether it serves an app that another worker has loaded, with the code of edited functions.
    is_swap: bool = False
    # What it runs instead of the app, by name.
    role: str = ""
    # Why that is about to end.
    failure: messages.RoleFailed | None = None
    # When it came to its state, and when something is to be done about it, in seconds of ``time.monotonic``.
    since: float = field(default_factory=time.monotonic)
    deadline: float | None = None
    # Connections that were sent to it, by their descriptors, until it says that it has taken them:
    # those that it has not when it dies are still whole.
    not_taken: dict[int, Connection] = field(default_factory=dict)

    def become(self, state: State, *, within: float | None = None) -> None:
        """Change the state, to be left ``within`` some seconds (default: see ``DEADLINES``)."""
        log.debug("Worker %d: %s -> %s", self.number, self.state.name, state.name)
        self.state = state
        self.since = time.monotonic()
        seconds = within or DEADLINES.get(state)
        self.deadline = seconds and self.since + seconds

    def order(self, message: messages.ToWorker, state: State, *, within: float | None = None) -> None:
        """Have it do what changes its state."""
        self.become(state, within=within)
        self.channel.tell(message)

    def take(self, connection: Connection) -> bool:
        """Pass a connection on, and return whether that worked."""
        descriptor = connection.socket.fileno()
        try:
            self.channel.send(messages.Take(descriptor, list(connection.address)), descriptor, wait=False)
        except OSError:  # too busy, or it has ended, which its parent reports
            return False
        self.not_taken[descriptor] = connection
        return True

    def retire(self, *, within: float | None = None) -> None:
        self.order(messages.Retire(), State.RETIRING, within=within)

    def terminate(self) -> None:
        """Ask a role's process to end, as soon as its pid is known."""
        self.become(State.RETIRING)
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, whatever it does, as soon as its pid is known."""
        if self.state is not State.DEAD:
            self.become(State.DEAD)
        self._signal(signal.SIGKILL)

    def forked(self, pid: int) -> None:
        """Its process is there. It gets the signal that was meant for it before."""
        self.pid = pid
        if self.state is State.DEAD:
            self.kill()
        elif self.state is State.RETIRING and self.role:
            self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class ForkServerHandle:
    """A process that workers are forked from."""

    def __init__(self, channel: Channel, ancestors: tuple[ForkServerHandle, ...] = ()) -> None:
        self.channel = channel
        # What it was forked from in turn, and what its processes are re-parented to when it ends.
        self.ancestors = ancestors
        # The files of which it has the code in memory, unless they have changed since.
        self.kept: set[str] = set()

    def fork(self, number: int) -> WorkerHandle:
        """Ask for a new worker. What is sent to it before it exists waits for it."""
        ours, theirs = Channel.pair()
        self.channel.tell(messages.Fork(number), theirs.fileno())
        theirs.close()
        return WorkerHandle(number, ours, self)

    def tell_ancestors(self, message: messages.RegisterDescendant | messages.ForgetDescendant) -> None:
        """Of a live process below this one, which is re-parented to one of them when orphaned, and is to be kept."""
        for ancestor in self.ancestors:
            ancestor.channel.tell(message)

    def end(self) -> None:
        """End it, and whatever it has forked."""
        self.channel.close()


class ZygoteHandle(ForkServerHandle):
    """The one with the libraries loaded, and nothing of the app's."""

    def __init__(self, factory: str, source: Path, address: tuple[str, int]) -> None:
        channel, theirs = Channel.pair()
        super().__init__(channel)
        # The modules it was asked to import, in order, and the environment variables set meanwhile.
        self.imported: dict[str, None] = {}
        self.environment: dict[str, str | None] = {}

        # -P: the source is not on the path of the zygote, which shall not import any of it.
        command = [sys.executable, "-P", "-m", "wsgi_hotreload.zygote", str(theirs.fileno())]
        self.process = subprocess.Popen(
            [*command, factory, str(source), address[0], str(address[1]), str(uuid.getnode())],
            cwd=source,
            env=AS_FLASK_RUN | os.environ | AS_RELOADED,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def import_ahead(self, names: list[str], environment: dict[str, str | None]) -> bool:
        """Have libraries loaded in all workers that are forked later, with these variables set.

        Returns whether that is possible: it is not after others were loaded with other variables.
        """
        if self.imported and self.environment != environment:
            return False
        self.environment = environment
        if new := [name for name in names if name not in self.imported]:
            self.imported.update(dict.fromkeys(new))
            self.channel.tell(messages.Import(new, environment))
        return True

    def end(self) -> None:
        super().end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)
