"""Measure how long it takes from running a cell with ``%%bring`` to the route's new answer."""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

ROUNDS = 20
SOURCE = Path("/workspace/worker-node")
FUNCTION = SOURCE / "functions/benchmark_of_bring.py"
ROUTES = SOURCE / "routes/general_routes.py"

ASK = "requests.get('http://worker-node:7500/benchmark-of-bring').text"
BRING_FUNCTION = "%%bring functions.benchmark_of_bring\ndef number() -> str:\n    return '{}'\n\n"
BRING_ROUTE = (
    "%%bring routes.general_routes\nfrom functions.benchmark_of_bring import number\n\n"
    "@general.get('/benchmark-of-bring')\ndef benchmark_of_bring() -> str:\n    return number()\n"
)


def main() -> None:
    with _app_put_back(), _kernel() as client:
        for cell in ("import requests", BRING_FUNCTION.format(0), BRING_ROUTE, ASK):
            _run(client, cell)
        measured: dict[str, list[float]] = {"an empty cell": [], "the request alone": [], "%%bring and the request": []}
        for number in range(1, ROUNDS + 1):
            cells = ("", ASK, BRING_FUNCTION.format(number) + ASK)
            for milliseconds, cell in zip(measured.values(), cells, strict=True):
                started = time.perf_counter()
                value = _run(client, cell)
                milliseconds.append((time.perf_counter() - started) * 1000)
            if value != repr(str(number)):
                sys.exit(f"The route answers {value}, which is not {number}.")
    sys.stdout.write("| cell | median, ms | longest, ms |\n| --- | ---: | ---: |\n")
    for name, milliseconds in measured.items():
        sys.stdout.write(f"| {name} | {statistics.median(milliseconds):.0f} | {max(milliseconds):.0f} |\n")


@contextmanager
def _app_put_back() -> Iterator[None]:
    before = ROUTES.read_bytes()
    try:
        yield
    finally:
        ROUTES.write_bytes(before)
        FUNCTION.unlink(missing_ok=True)


@contextmanager
def _kernel() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel()
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _run(client: BlockingKernelClient, cell: str) -> str | None:
    """Run a cell to its end, and return the displayed value of its last line, if it has one."""
    values: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] == "execute_result":
            values.append(message["content"]["data"]["text/plain"])
        elif message["msg_type"] == "error":
            sys.exit("\n".join(message["content"]["traceback"]))

    client.execute_interactive(cell, output_hook=hear, timeout=60)
    return values[-1] if values else None


if __name__ == "__main__":
    main()
