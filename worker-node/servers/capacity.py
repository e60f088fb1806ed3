"""How many processors this process may use: what a container's limit allows, not what the host has.

Both versions of Linux' control groups are read, as the kernel documents them:
https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files (``cpu.max``) and
https://docs.kernel.org/scheduler/sched-bwc.html (``cpu.cfs_quota_us``).
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")


def cpu_limit(root: Path = ROOT) -> float | None:
    """The processors, in parts of one too, that the control group of this process may use; None without a limit.

    A limit may stand at any level above, and the lowest one holds.
    """
    return min(_limits(root), default=None)


def cpus_allowed() -> int:
    """The processors that this process may run on at all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _limits(root: Path) -> Iterator[float]:
    for group in _groups(root):
        with contextlib.suppress(OSError, ValueError):
            yield _quota(group)


def _quota(group: Path) -> float:
    """The limit of one group.

    Raises:
        OSError: it has none of the files.
        ValueError: it has no limit.
    """
    with contextlib.suppress(FileNotFoundError):
        quota, period = (group / "cpu.max").read_text().split()
        return int(quota) / int(period)
    microseconds = int((group / "cpu.cfs_quota_us").read_text())
    if microseconds <= 0:
        raise ValueError
    return microseconds / int((group / "cpu.cfs_period_us").read_text())


def _groups(root: Path) -> Iterator[Path]:
    """The folders of this process's group and of those above it, of whichever version.

    Inside of a container the named folder is often not there: what is mounted then is the group itself.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        for mount in [controllers, "cpu"] if controllers else [".", "unified"]:
            top = root / "sys/fs/cgroup" / mount
            group = top / path.lstrip("/")
            yield from [group, *(above for above in group.parents if above.is_relative_to(top))]
