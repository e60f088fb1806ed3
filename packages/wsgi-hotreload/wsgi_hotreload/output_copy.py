"""Copy what this process and all below it print to a file, also what C code prints, or a program that the app runs."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
import termios
import threading
import tty
from collections.abc import Iterator, Sequence
from pathlib import Path

log = logging.getLogger("wsgi_hotreload")

# The file is begun anew with its last half when it would become larger than this.
MOST_BYTES = 1_000_000
# At the end, for what was printed last. A program that the app has left behind may keep its output open.
END_SECONDS = 1.0
STDOUT, STDERR = 1, 2


@contextlib.contextmanager
def copied_to(path: str | None) -> Iterator[None]:
    """In this block, what is printed goes to its place as ever, and to a file too if there is a path."""
    with contextlib.ExitStack() as copies:
        try:
            file = RollingFile(Path(path)) if path else None
        except OSError as error:
            log.warning("HOTRELOAD_LOG is %s, where no file can be written (%s): there is none.", path, error.strerror)
            file = None
        if file:
            # One for both, if they go to the same place, so that their order stays.
            together = os.path.sameopenfile(STDOUT, STDERR)
            for descriptors in [(STDOUT, STDERR)] if together else [(STDOUT,), (STDERR,)]:
                copies.enter_context(_copied(descriptors, file))
        yield


@contextlib.contextmanager
def _copied(descriptors: Sequence[int], file: RollingFile) -> Iterator[None]:
    """In this block, copy what is written to these, which are the same."""
    original = os.dup(descriptors[0])
    # A terminal stays one, for those who look, and for the prompt of a debugger.
    read_end, write_end = _terminal_like(original) if os.isatty(original) else os.pipe()
    thread = threading.Thread(target=_copy, args=(read_end, original, file), daemon=True)
    thread.start()
    for descriptor in descriptors:
        os.dup2(write_end, descriptor)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor in descriptors:
            os.dup2(original, descriptor)
        os.close(write_end)
        thread.join(END_SECONDS)


def _copy(read_end: int, original: int, file: RollingFile) -> None:
    with contextlib.suppress(OSError):  # how a terminal says that no process has it open any more
        while data := os.read(read_end, 1 << 16):
            with contextlib.suppress(OSError):  # nobody reads it any more
                _write_all(original, data)
            with contextlib.suppress(OSError):  # the disk is full
                file.write(data)


class RollingFile:
    """The newest of what was written. Each time it is begun anew it is another file, so that readers notice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._begin(b"")

    def write(self, data: bytes) -> None:
        with self._lock:
            size = os.fstat(self._descriptor).st_size
            if size + len(data) > MOST_BYTES:
                kept = os.pread(self._descriptor, MOST_BYTES // 2, max(0, size - MOST_BYTES // 2))
                os.close(self._descriptor)
                self._begin(kept.partition(b"\n")[2])
            _write_all(self._descriptor, data)

    def _begin(self, content: bytes) -> None:
        self._descriptor, name = tempfile.mkstemp(prefix=self._path.name, dir=self._path.parent)
        _write_all(self._descriptor, content)
        Path(name).chmod(0o644)
        Path(name).replace(self._path)


def _terminal_like(descriptor: int) -> tuple[int, int]:
    read_end, write_end = os.openpty()
    tty.setraw(write_end)  # the original is what makes "\r\n" of "\n"
    termios.tcsetwinsize(write_end, termios.tcgetwinsize(descriptor))
    return read_end, write_end


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
