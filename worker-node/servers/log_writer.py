"""Write log lines without making requests wait for it.

A write lets other threads go first, and to get its turn back takes one up to 5 ms where they compute
(sys.setswitchinterval); a handler of the standard library keeps all others waiting meanwhile. Here, one
thread writes what the others hand over, many lines at a time.
"""

import contextlib
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator

if sys.platform != "win32":
    import fcntl

STDOUT = 1
MOST_AT_ONCE = 500
# The longest that a line waits for others to be written with.
GATHERING_SECONDS = 0.01
# Where the reader of the log does not keep up, requests wait rather than memory fills.
MOST_LINES = 10_000


class LineWriter(logging.Handler):
    """A handler whose lines go to the standard output, in the order in which they were handed over."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[bytes] = deque()
        self._something = threading.Event()
        self._is_closing = False
        self._turn = os.open(__file__, os.O_RDONLY)
        self._thread = threading.Thread(target=self._write_lines, name="log", daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Hand over a line that is formatted already. Its end is part of it."""
        while len(self._lines) > MOST_LINES:
            time.sleep(GATHERING_SECONDS)
        self._lines.append(line)
        if not self._something.is_set():
            self._something.set()

    def handle(self, record: logging.LogRecord) -> bool:
        """Without the lock of other handlers, behind which threads would queue: nothing here needs it."""
        passed = self.filter(record)
        if passed:
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return bool(passed)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = f"{self.format(record)}\n".encode(errors="backslashreplace")
        except Exception:  # noqa: BLE001 - what the standard library's handlers do
            self.handleError(record)
            return
        self.write(line)

    def flush(self) -> None:
        """Nothing is held back for longer than it takes others to come."""

    def close(self) -> None:
        """Write what was handed over. At the end of the process, logging calls this."""
        if self._thread.is_alive():
            self._is_closing = True
            self._something.set()
            self._thread.join()
        super().close()

    def _write_lines(self) -> None:
        while not self._is_closing:
            self._something.wait()
            self._something.clear()
            self._write_what_is_there()
            if not self._is_closing:
                time.sleep(GATHERING_SECONDS)
        self._write_what_is_there()

    def _write_what_is_there(self) -> None:
        while self._lines:
            lines = [self._lines.popleft() for _ in range(min(len(self._lines), MOST_AT_ONCE))]
            with self._turn_among_processes():
                _write(b"".join(lines))

    @contextlib.contextmanager
    def _turn_among_processes(self) -> Iterator[None]:
        """All write to one pipe, which takes only 4 KB in one piece, see pipe(7): lines would be cut by others.

        The lock is that of a file which is there for all, and which nobody needs to write to: see flock(2).
        """
        if sys.platform == "win32":
            yield
            return
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(STDOUT, data) :]
