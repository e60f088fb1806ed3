"""How a process ended, for people."""

import math
import signal
import time
from pathlib import Path

# Windows has no signals that end a process, and this one not even by name.
KILLED = -getattr(signal, "SIGKILL", 9)
CGROUP = Path("/sys/fs/cgroup")
MIB = 1 << 20
# When memory runs out, the kernel may kill several processes one after the other.
TOGETHER_SECONDS = 0.3


class OutOfMemoryKills:
    """Whether the kernel kills processes because memory ran out, as the control group of the container knows it."""

    def __init__(self, cgroup: Path = CGROUP) -> None:
        # https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
        self._events, self._limit = cgroup / "memory.events", cgroup / "memory.max"
        # Not on a machine without a container, nor in control groups of version 1.
        self.are_counted = self._events.exists()
        self._seen = self._count()
        self._noticed = -math.inf

    def any_within(self, seconds: float) -> bool:
        """Whether one was first noticed, by this call or an earlier one, in the last ``seconds``."""
        if (count := self._count()) > self._seen:
            self._seen, self._noticed = count, time.monotonic()
        return time.monotonic() - self._noticed < seconds

    def advice(self) -> str:
        """What ran out, and what to do."""
        limit = self._limit.read_text().strip() if self._limit.exists() else "max"
        if limit.isdecimal():
            return f"the container's limit is {int(limit) // MIB} MiB: raise it, or use less"
        return "give the machine, or Docker Desktop, more of it, or use less"

    def _count(self) -> int:
        if not self.are_counted:
            return 0
        counts = dict(line.split() for line in self._events.read_text().splitlines())
        return int(counts.get("oom_kill", 0))


_kills = OutOfMemoryKills()


def in_words(status: int | None, kills: OutOfMemoryKills = _kills) -> str:
    """How a process ended, from its exit code as ``subprocess`` has it; None is not known."""
    # Of one that ended with its parent, that is not known.
    if status in (None, KILLED) and kills.any_within(TOGETHER_SECONDS):
        return f"it ran out of memory and was killed ({kills.advice()})"
    if status is None:
        return "it ended"
    if status >= 0:
        return f"it ended with exit status {status}"
    if status == KILLED and not kills.are_counted:
        return "it was ended by SIGKILL, as happens when memory runs out"
    names = {number.value: number.name for number in signal.Signals}
    return f"it was ended by {names.get(-status, f'signal {-status}')}"
