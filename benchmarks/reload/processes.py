"""Run a server, and look at its processes: those that it has started, too."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reload.servers import Server

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
QUIET_SECONDS = 0.5
# Polling reloaders never rest, but none takes so much.
QUIET_SHARE = 0.2
STOP_SECONDS = 10.0
# A process that vanishes between two looks.
GONE = (FileNotFoundError, ProcessLookupError)


class ServerProcess:
    """A server on a folder, with a log."""

    def __init__(self, server: Server, folder: Path, log: Path) -> None:
        with log.open("a") as output:
            self._process = subprocess.Popen(
                [server.python, *server.arguments],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": server.python_path},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self) -> None:
        """End it as Docker does, and what it leaves behind at once."""
        pids = self._pids()
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        for pid in {*pids, *self._pids()}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def wait_until_quiet(self, timeout: float) -> None:
        """Wait until the processes do next to nothing, or until the time is over."""
        deadline = time.monotonic() + timeout
        while self.cpu_share(QUIET_SECONDS) > QUIET_SHARE and time.monotonic() < deadline:
            pass

    def cpu_share(self, seconds: float) -> float:
        """The part of one core that the processes use, measured for some time."""
        before = self._ticks()
        time.sleep(seconds)
        after = self._ticks()
        return sum(ticks - before.get(pid, 0) for pid, ticks in after.items()) / TICKS_PER_SECOND / seconds

    def memory_bytes(self) -> int:
        """What the processes occupy, memory that they share counted once (PSS, see proc(5))."""
        kilobytes = 0
        for pid in self._pids():
            with contextlib.suppress(*GONE):
                summary = Path(f"/proc/{pid}/smaps_rollup").read_text()
                kilobytes += sum(int(size) for size in re.findall(r"^Pss: +(\d+) kB$", summary, re.MULTILINE))
        return kilobytes * 1024

    def _ticks(self) -> dict[int, int]:
        ticks = {}
        for pid in self._pids():
            with contextlib.suppress(*GONE):
                user, system = _stat(pid)[11:13]
                ticks[pid] = int(user) + int(system)
        return ticks

    def _pids(self) -> list[int]:
        parents = dict(_parents())
        found = [self._process.pid]
        for pid in found:  # grows
            found += [child for child, parent in parents.items() if parent == pid]
        return found


def _parents() -> Iterator[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(*GONE):
            yield int(path.name), int(_stat(int(path.name))[1])


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: before them is a name that may have blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
