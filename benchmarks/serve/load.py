"""Load a server by wrk, as fast as it serves."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serve.cases import Case
from benchmarks.serve.connections import wait_until_closed
from benchmarks.serve.servers import PORT, Server

SCRIPT = Path(__file__).parent / "wrk.lua"
WARM_UP_SECONDS = 2
# Above any time that was seen: a response that takes longer would be missing from the percentile.
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Load:
    requests_per_second: float
    percentile_99_milliseconds: float
    failed_requests: int


def measure(server: Server, case: Case, seconds: int) -> Load:
    """Warm a server up, and measure it. It has no request left to work on, neither in between nor in the end."""
    _load(server, case, WARM_UP_SECONDS)
    wait_until_closed()
    load = _load(server, case, seconds)
    wait_until_closed()
    return load


def _load(server: Server, case: Case, seconds: int) -> Load:
    command = (
        *("wrk", f"http://{server.key}:{PORT}/{case.path}", "--script", str(SCRIPT)),
        *("--connections", str(case.clients), "--duration", f"{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s"),
        # It needs less than one core, and the server needs the others.
        *("--threads", "1"),
    )
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Load(**json.loads(output.splitlines()[-1]))
