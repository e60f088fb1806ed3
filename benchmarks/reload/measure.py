"""Edit an app while a server serves it, and ask until the new code answers."""

import contextlib
import http.client
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reload.processes import ServerProcess
from benchmarks.reload.servers import PORT, Server
from benchmarks.reload.sources import App, Source

START_SECONDS = 60.0
NEVER_SECONDS = 20.0
# Between two requests: the server needs the core more than the asking does.
POLL_SECONDS = 0.002
IDLE_CPU_SECONDS = 10.0


class FailedRequestError(Exception):
    """There was no whole answer, or it was not 200."""


@dataclass
class Result:
    """All that was measured of one server with one app."""

    app: str
    server: str
    label: str
    version: str
    # Of each edit, in order; None where the new code did not answer in time.
    milliseconds: list[float | None] = field(default_factory=list)
    failed_requests: list[int] = field(default_factory=list)
    idle_cpu_percent: float | None = None
    memory_megabytes: float | None = None

    @property
    def never_reloads(self) -> bool:
        return bool(self.milliseconds) and not any(self.milliseconds)


def measure_block(server: Server, app: App, result: Result, edits: int, *, is_last: bool) -> None:
    """Start a server, make some edits, and stop it again.

    Raises:
        RuntimeError: it does not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Source(app, Path(folder, "source"))
        log = Path(folder, "log")
        process = ServerProcess(server, source.folder, log)
        try:
            if not _wait_for_start(process, source.number):
                raise RuntimeError(f"{server.label} does not start:\n{log.read_text()}")
            for _ in range(edits):
                rest(process)
                milliseconds, failed = _measure_edit(source)
                result.milliseconds.append(milliseconds)
                result.failed_requests.append(failed)
                if milliseconds is None:  # it may have ended, or hang: the next block starts it anew
                    break
            if is_last and not process.has_ended:
                rest(process)
                result.memory_megabytes = process.memory_bytes() / 1e6
                result.idle_cpu_percent = process.cpu_share(IDLE_CPU_SECONDS) * 100
        finally:
            process.stop()


def rest(process: ServerProcess) -> None:
    process.wait_until_quiet(timeout=10)
    # More than a second: to Python, bytecode of the same second is that of a file of the same size.
    # And not in step with reloaders that look once a second.
    time.sleep(1 + random.random())  # noqa: S311


def _measure_edit(source: Source) -> tuple[float | None, int]:
    """The milliseconds from the save to the answer, and how many requests failed in between."""
    failed = 0
    started = time.monotonic()
    source.save_next_number()
    while (remaining := started + NEVER_SECONDS - time.monotonic()) > 0:
        try:
            if _ask(remaining) == source.number:
                return (time.monotonic() - started) * 1000, failed
        except TimeoutError:
            break
        except FailedRequestError:
            failed += 1
        time.sleep(POLL_SECONDS)
    return None, failed


def _wait_for_start(process: ServerProcess, number: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while not process.has_ended and time.monotonic() < deadline:
        with contextlib.suppress(FailedRequestError, TimeoutError):
            if _ask(START_SECONDS) == number:
                return True
        time.sleep(POLL_SECONDS)
    return False


def _ask(timeout: float) -> int:
    """The number in the answer to a request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=timeout)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        response = connection.getresponse()
        text = response.read()
        if response.status != http.client.OK:
            raise FailedRequestError
        return int(text)
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FailedRequestError from error
    finally:
        connection.close()
