"""Whether the kernel kills processes because memory ran out, as the control group of the container knows it."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
# What counts the kills, and what has the limit in bytes, in both versions of control groups:
# https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
# https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
VERSIONS = [("memory.events", "memory.max"), ("memory/memory.oom_control", "memory/memory.limit_in_bytes")]
# Version 1 has a number near 2**63 where there is no limit.
UNLIMITED = 1 << 60
MIB = 1 << 20


class OutOfMemoryKills:
    def __init__(self, cgroup: Path = CGROUP) -> None:
        files = ((cgroup / kills, cgroup / limit) for kills, limit in VERSIONS)
        self._files = next((pair for pair in files if pair[0].exists()), None)
        self._seen = self._count()
        self._noticed = -math.inf

    @property
    def are_counted(self) -> bool:
        return self._files is not None

    def any_within(self, seconds: float) -> bool:
        """Whether one was first noticed, by this call or an earlier one, in the last ``seconds``."""
        if (count := self._count()) > self._seen:
            self._seen, self._noticed = count, time.monotonic()
        return time.monotonic() - self._noticed < seconds

    def advice(self) -> str:
        """What ran out, and what to do."""
        limit = self._files[1].read_text().strip() if self._files and self._files[1].exists() else ""
        if limit.isdecimal() and int(limit) < UNLIMITED:
            return f"the container's limit is {int(limit) // MIB} MiB: raise it, or use less"
        return "give the machine, or Docker Desktop, more of it, or use less"

    def _count(self) -> int:
        found = re.search(r"^oom_kill (\d+)$", self._files[0].read_text(), re.MULTILINE) if self._files else None
        return int(found[1]) if found else 0
