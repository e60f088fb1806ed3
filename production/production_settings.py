"""Settings of the server, each by an environment variable: see docs/production.md."""

import contextlib
import os
import sys
from pathlib import Path

LARGEST_FORM = 16 * 1024 * 1024  # MAX_CONTENT_LENGTH in config.py
NUMBERS: dict[str, tuple[float, float, float]] = {  # default, least and most; whole where the default is
    "PORT": (7500, 1, 65535),
    "METRICS_PORT": (0, 1, 65535),
    "WORKERS": (0, 1, 256),
    "THREADS": (256, 1, 4096),
    "MAX_CONNECTIONS": (4096, 128, 1_000_000),
    "HEADER_SECONDS": (10.0, 0.1, 3600),
    "BODY_SECONDS": (60.0, 0.1, 3600),
    "DRAIN_SECONDS": (3.0, 0, 3600),
    "GRACE_SECONDS": (6.0, 0.1, 3600),
}


def read_number(variable: str, default: float, least: float, most: float) -> float:
    """A setting's value: its variable's, or the default, whose type it has.

    Raises:
        SystemExit: it is no such number, or out of bounds.
    """
    value = os.environ.get(variable)
    if not value:
        os.environ.pop(variable, None)  # haproxy.cfg asks whether one is defined
        return default
    with contextlib.suppress(ValueError):
        number = type(default)(value)
        if value.isascii() and least <= number <= most:
            return number
    kind = "a whole number" if isinstance(default, int) else "a number"
    sys.exit(f"{variable} is {value!r}, which it cannot be: set it to {kind} from {least:g} to {most:g}.")


def cpu_limit() -> int:
    """The container's whole processors; without a limit two: nobody said that all are free."""
    limit = 2
    # Both versions of control groups: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
    for names in (["cpu.max"], ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"]):
        with contextlib.suppress(OSError, ValueError):  # the other version, or no limit
            quota, period = " ".join(Path("/sys/fs/cgroup", name).read_text() for name in names).split()
            limit = int(quota) // int(period) if int(quota) > 0 else limit
    return max(1, min(limit, len(os.sched_getaffinity(0))))
