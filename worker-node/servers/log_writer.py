"""Write log lines without making requests wait for it.

A write lets other threads go first, and to get its turn back takes one up to 5 ms where they compute
(sys.setswitchinterval); a handler of the standard library keeps all others waiting meanwhile. With 32
threads that cost four fifths of all requests. Here, one thread writes what the others hand over.
"""

import logging
import os
import queue
import threading
import time

STDOUT = 1
# pipe(7): so much is written in one piece, also where several processes write to the same pipe.
PIECE_BYTES = 4096
# Where the reader of the log does not keep up, requests wait rather than memory fills.
MOST_LINES = 10_000
WAIT_SECONDS = 0.01


class LineWriter(logging.Handler):
    """A handler whose lines go to the standard output, each at once, in the order in which they were handed over."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_lines, name="log", daemon=True)
        self._thread.start()

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
        while self._lines.qsize() > MOST_LINES:
            time.sleep(WAIT_SECONDS)
        self._lines.put(line)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Write what was handed over. At the end of the process, logging calls this."""
        if self._thread.is_alive():
            self._lines.put(None)
            self._thread.join()
        super().close()

    def _write_lines(self) -> None:
        piece = b""
        while (line := self._lines.get()) is not None:
            piece += line
            while not self._lines.empty() and len(piece) < PIECE_BYTES:
                following = self._lines.get()
                if following is None:
                    _write(piece)
                    return
                if len(piece) + len(following) > PIECE_BYTES:
                    _write(piece)
                    piece = b""
                piece += following
            _write(piece)
            piece = b""


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(STDOUT, data) :]
