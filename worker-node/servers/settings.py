"""What the production server can be told, by environment variables. Explained in docs/production.md."""

import math
import os
from dataclasses import dataclass

from config import ConfigurationError
from servers.address import HIGHEST_PORT
from servers.capacity import cpu_limit, cpus_allowed

# Where nobody limits the processors, nobody said either that all are for this process.
WORKERS_WITHOUT_LIMIT = 2


@dataclass(frozen=True)
class ServerSettings:
    """Times are in seconds, sizes in bytes; what counts something counts for one worker process."""

    workers: int
    threads: int
    connections: int
    uploads: int
    header_bytes: int
    header_seconds: float
    body_seconds: float
    drain_seconds: float
    grace_seconds: float
    metrics_port: int | None


def server_settings() -> ServerSettings:
    """The settings of the environment, or else their defaults.

    Raises:
        ConfigurationError: one has a value that it cannot have.
    """
    threads = int(_number("THREADS", 16, least=1, most=1024))
    return ServerSettings(
        workers=int(_number("WORKERS", _workers_for(cpu_limit(), cpus_allowed()), least=1, most=256)),
        threads=threads,
        connections=int(_number("MAX_CONNECTIONS", 4096, least=128, most=1_000_000)),
        uploads=int(_number("MAX_SLOW_UPLOADS", max(1, threads // 2), least=1, most=threads)),
        header_bytes=int(_number("MAX_HEADER_BYTES", 65536, least=8192, most=1 << 24)),
        header_seconds=_number("HEADER_SECONDS", 75.0, least=0.1, most=3600),
        body_seconds=_number("BODY_SECONDS", 60.0, least=0.1, most=3600),
        drain_seconds=_number("DRAIN_SECONDS", 3.0, least=0, most=3600),
        grace_seconds=_number("GRACE_SECONDS", 6.0, least=0.1, most=3600),
        metrics_port=int(_number("METRICS_PORT", 0, least=1, most=HIGHEST_PORT)) or None,
    )


def _workers_for(limit: float | None, allowed: int) -> int:
    """One worker for each whole processor: Python runs on one at a time."""
    return max(1, min(WORKERS_WITHOUT_LIMIT if limit is None else int(limit), allowed))


def _number(variable: str, default: float, least: float, most: float) -> float:
    """The number that a variable has: a whole one where the default is."""
    value = os.environ.get(variable)
    if not value:
        return default
    kind = "a whole number" if isinstance(default, int) else "a number"
    try:
        number = float(int(value)) if isinstance(default, int) else float(value)
    except ValueError:
        number = math.nan
    if not value.isascii() or not least <= number <= most:
        raise ConfigurationError(
            f"{variable} is {value!r}, which it cannot be: set it to {kind} from {least} to {most}."
        )
    return number
