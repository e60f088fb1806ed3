"""The supervisor's view of its processes: the zygote, and the workers that are forked from it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from hotreload.channel import Channel
from hotreload.connections import Connection
from hotreload.environment import Changes

DEVTOOLS = Path(__file__).resolve().parent.parent


@dataclass(eq=False)
class Worker:
    """A process that waits, loads, serves, and retires, in this order."""

    number: int
    channel: Channel
    zygote: Zygote
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

    def load(self) -> None:
        self.told_at = time.monotonic()
        self.channel.send({"load": True})

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


class Zygote:
    """The process that forks workers."""

    def __init__(self, factory: str, source: Path, address: tuple[str, int]) -> None:
        self.channel, theirs = Channel.pair()
        self.workers: dict[int, Worker] = {}
        self.is_alive = True
        # What it was told to import, in this order, and the variables that were set meanwhile.
        self.imported: dict[str, None] = {}
        self.environment: Changes = {}

        # -P: the source is not on the path of the zygote, which shall not import any of it.
        command = [sys.executable, "-P", "-m", "hotreload.zygote", str(theirs.fileno())]
        self.process = subprocess.Popen(
            [*command, factory, str(source), address[0], str(address[1])],
            cwd=source,
            env=os.environ | {"PYTHONPATH": python_path()},
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def fork(self, number: int) -> Worker:
        """Ask for a new worker. What is sent to it before it exists waits for it."""
        ours, theirs = Channel.pair()
        with contextlib.suppress(OSError):  # the zygote has ended, which will be heard of
            self.channel.send({"fork": number}, theirs.fileno())
        theirs.close()
        self.workers[number] = Worker(number, ours, self)
        return self.workers[number]

    def import_ahead(self, names: list[str]) -> None:
        """Have libraries loaded in all workers that are forked later."""
        self.imported.update(dict.fromkeys(names))
        with contextlib.suppress(OSError):
            self.channel.send({"import": names, "environment": self.environment})

    def end(self) -> None:
        """End it, and whatever it has forked."""
        self.channel.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)


def python_path() -> str:
    """The PYTHONPATH of a process that imports this package."""
    return os.pathsep.join(filter(None, [str(DEVTOOLS), os.environ.get("PYTHONPATH")]))


def in_words(status: int | None) -> str:
    """How a process ended, from its exit code as ``subprocess`` gives it; None is not known."""
    if status is None:
        return "it ended"
    if status >= 0:
        return f"it ended with exit status {status}"
    hint = ", as happens when memory runs out" if -status == signal.SIGKILL else ""
    return f"it was ended by {signal.Signals(-status).name}{hint}"
