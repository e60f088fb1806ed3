"""The supervisor's view of its processes: the zygote, the layer, and the workers that are forked from them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from wsgi_hotreload.channel import Channel
from wsgi_hotreload.connections import Connection
from wsgi_hotreload.environment import Changes
from wsgi_hotreload.status.model import Route


@dataclass(eq=False)
class Worker:
    """A process that waits, loads, serves, and retires, in this order."""

    number: int
    channel: Channel
    parent: Parent
    # Known a moment after the fork.
    pid: int | None = None
    # When it was told to load, or to retire.
    told_at: float = 0.0
    is_slow: bool = False
    is_unwanted: bool = False
    is_second_try: bool = False
    # Connections that were sent to it, by their descriptors, until it says that it has taken them:
    # those that it has not when it dies are still whole.
    not_taken: dict[int, Connection] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)

    def load(self, recent: list[str]) -> None:
        """Have it load the app, of which some files were edited lately."""
        self.told_at = time.monotonic()
        self.channel.send({"recent": recent})

    def take(self, connection: Connection) -> bool:
        """Pass a connection on. Returns whether that was possible."""
        descriptor = connection.socket.fileno()
        try:
            self.channel.send({"connection": connection.address, "number": descriptor}, descriptor, wait=False)
        except OSError:  # too busy, or it has ended, which will be heard of
            return False
        self.not_taken[descriptor] = connection
        return True

    def retire(self) -> None:
        self.told_at = time.monotonic()
        with contextlib.suppress(OSError):  # it has ended by itself, which will be heard of
            self.channel.send({"retire": True})

    def kill(self) -> None:
        """End it, whatever it does, as soon as it is known which process it is."""
        self.is_unwanted = True
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class Parent:
    """A process that workers are forked from."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.workers: dict[int, Worker] = {}
        self.is_alive = True

    def fork(self, number: int) -> Worker:
        """Ask for a new worker. What is sent to it before it exists waits for it."""
        ours, theirs = Channel.pair()
        with contextlib.suppress(OSError):  # it has ended, which will be heard of
            self.channel.send({"fork": number}, theirs.fileno())
        theirs.close()
        self.workers[number] = Worker(number, ours, self)
        return self.workers[number]

    def leave_alive(self, pid: int, *, is_wanted: bool = True) -> None:
        """Tell of a process that may become its child one day, and that is nothing left over; or is it any more."""
        with contextlib.suppress(OSError):
            self.channel.send({"wanted" if is_wanted else "unwanted": pid})

    def end(self) -> None:
        """End it, and whatever it has forked."""
        self.channel.close()


class Zygote(Parent):
    """The one with the libraries loaded, and nothing of the app's."""

    def __init__(self, factory: str, source: Path, address: tuple[str, int]) -> None:
        channel, theirs = Channel.pair()
        super().__init__(channel)
        # What it was told to import, in this order, and the variables that were set meanwhile.
        self.imported: dict[str, None] = {}
        self.environment: Changes = {}

        # -P: the source is not on the path of the zygote, which shall not import any of it.
        command = [sys.executable, "-P", "-m", "wsgi_hotreload.zygote", str(theirs.fileno())]
        self.process = subprocess.Popen(
            [*command, factory, str(source), address[0], str(address[1])],
            cwd=source,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def import_ahead(self, names: list[str]) -> None:
        """Have libraries loaded in all workers that are forked later."""
        self.imported.update(dict.fromkeys(names))
        with contextlib.suppress(OSError):
            self.channel.send({"import": names, "environment": self.environment})

    def end(self) -> None:
        super().end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)


class Layer(Parent):
    """One that has loaded the app up to a file that was edited lately: see ``layers.py``."""

    def __init__(self, channel: Channel, pid: int, before: str, zygote: Zygote) -> None:
        super().__init__(channel)
        self.pid = pid
        self.before = before
        self.zygote = zygote
        self.reads: set[str] = set()
        self.is_complete = False

    def is_right_after(self, changed: set[Path], recent: list[str]) -> bool:
        """Whether workers can go on from here after files were edited, and are likely to once more."""
        return self.is_complete and self.before in recent and self.reads.isdisjoint(map(str, changed))


def in_words(status: int | None) -> str:
    """How a process ended, from its exit code as ``subprocess`` gives it; None is not known."""
    if status is None:
        return "it ended"
    if status >= 0:
        return f"it ended with exit status {status}"
    hint = ", as happens when memory runs out" if -status == signal.SIGKILL else ""
    return f"it was ended by {signal.Signals(-status).name}{hint}"
