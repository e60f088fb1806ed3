"""The supervisor's handles of its processes: the zygote, the snapshot, and the workers that are forked from them."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.messages import (
    ForgetDescendant,
    Fork,
    Import,
    Load,
    Message,
    RegisterDescendant,
    Retire,
    SnapshotReady,
    Take,
)
from wsgi_hotreload.supervisor.connections import Connection
from wsgi_hotreload.watch.fingerprints import are_unchanged

log = logging.getLogger("wsgi_hotreload")


class State(Enum):
    """The life of a worker: it goes from each state to a later one."""

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
    # When it came to its state, and when something is to be done about it, in seconds of ``time.monotonic``.
    since: float = field(default_factory=time.monotonic)
    deadline: float | None = None
    # Connections that were sent to it, by their descriptors, until it says that it has taken them:
    # those that it has not when it dies are still whole.
    not_taken: dict[int, Connection] = field(default_factory=dict)

    def become(self, state: State, *, within: float | None = None) -> None:
        """Change the state. ``within`` seconds it must be left again, if that is not what ``DEADLINES`` has."""
        log.debug("Worker %d: %s -> %s", self.number, self.state.name, state.name)
        self.state = state
        self.since = time.monotonic()
        seconds = within or DEADLINES.get(state)
        self.deadline = seconds and self.since + seconds

    def load(self, recent: list[str]) -> None:
        """Have it load the app, of which some files were edited lately."""
        self.become(State.LOADING)
        self._send(Load(recent))

    def take(self, connection: Connection) -> bool:
        """Pass a connection on. Returns whether that was possible."""
        descriptor = connection.socket.fileno()
        try:
            self.channel.send(Take(descriptor, list(connection.address)), descriptor, wait=False)
        except OSError:  # too busy, or it has ended, which will be heard of
            return False
        self.not_taken[descriptor] = connection
        return True

    def retire(self, *, within: float | None = None) -> None:
        self.become(State.RETIRING, within=within)
        self._send(Retire())

    def kill(self) -> None:
        """End it, whatever it does, as soon as its pid is known."""
        if self.state is not State.DEAD:
            self.become(State.DEAD)
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _send(self, message: Message) -> None:
        with contextlib.suppress(OSError):  # it has ended, which will be heard of
            self.channel.send(message)


class ForkServerHandle:
    """A process that workers are forked from."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.is_alive = True

    def fork(self, number: int) -> WorkerHandle:
        """Ask for a new worker. What is sent to it before it exists waits for it."""
        ours, theirs = Channel.pair()
        self.send(Fork(number), theirs.fileno())
        theirs.close()
        return WorkerHandle(number, ours, self)

    def send(self, message: Message, descriptor: int | None = None) -> None:
        with contextlib.suppress(OSError):  # it has ended, which will be heard of
            self.channel.send(message, descriptor)

    def end(self) -> None:
        """End it, and whatever it has forked."""
        self.channel.close()


class ZygoteHandle(ForkServerHandle):
    """The one with the libraries loaded, and nothing of the app's."""

    def __init__(self, factory: str, source: Path, address: tuple[str, int]) -> None:
        channel, theirs = Channel.pair()
        super().__init__(channel)
        # What it was told to import, in this order, and the variables that were set meanwhile.
        self.imported: dict[str, None] = {}
        self.environment: dict[str, str | None] = {}

        # -P: the source is not on the path of the zygote, which shall not import any of it.
        command = [sys.executable, "-P", "-m", "wsgi_hotreload.zygote", str(theirs.fileno())]
        self.process = subprocess.Popen(
            [*command, factory, str(source), address[0], str(address[1])],
            cwd=source,
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
            self.send(Import(new, environment))
        return True

    def register_descendant(self, pid: int) -> None:
        """A live process that is re-parented there if its parent dies, and is no orphan to reap."""
        self.send(RegisterDescendant(pid))

    def forget_descendant(self, pid: int) -> None:
        self.send(ForgetDescendant(pid))

    def end(self) -> None:
        super().end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)


class SnapshotHandle(ForkServerHandle):
    """One that has loaded the app up to a file that was edited lately: see ``worker/snapshot.py``."""

    def __init__(self, channel: Channel, pid: int, before: str, zygote: ZygoteHandle) -> None:
        super().__init__(channel)
        self.pid = pid
        self.before = before
        self.zygote = zygote
        # What it has read, once it is ready.
        self.reads: SnapshotReady | None = None
        self._modules: frozenset[str] = frozenset()

    def become_ready(self, reads: SnapshotReady) -> None:
        self.reads = reads
        self._modules = frozenset(reads.modules)

    def is_right_after(self, edited: AbstractSet[Path], recent: list[str]) -> bool:
        """Whether workers can go on from here after these files were edited, and are likely to once more."""
        if self.reads is None or self.before not in recent or not self._modules.isdisjoint(map(str, edited)):
            return False
        return are_unchanged(self.reads.files, self.reads.folders)
