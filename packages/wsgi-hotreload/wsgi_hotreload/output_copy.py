"""Copy what this process and all below it print to a file, also what C code prints, or a program that the app runs."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sys
import tempfile
import termios
import threading
import tty
from collections.abc import Iterator
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
    if not path:
        yield
        return
    try:
        file = RollingFile(Path(path))
    except OSError as error:
        log.warning("HOTRELOAD_LOG is %s, where no file can be written (%s): there is none.", path, error.strerror)
        yield
        return
    # One for both, if they go to the same place, so that their order stays.
    copies: dict[tuple[int, int], Copy] = {}
    for descriptor in (STDOUT, STDERR):
        status = os.fstat(descriptor)
        place = status.st_dev, status.st_ino
        if place not in copies:
            copies[place] = Copy(descriptor, file)
        copies[place].redirect(descriptor)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for copy in copies.values():
            copy.stop()


class Copy:
    """What is written to a descriptor, or to several that are the same."""

    def __init__(self, descriptor: int, file: RollingFile) -> None:
        self._original = os.dup(descriptor)
        self._file = file
        self._redirected: list[int] = []
        # A terminal stays one, for those who look, and for the prompt of a debugger.
        is_terminal = os.isatty(descriptor)
        self._read_end, self._write_end = _terminal_like(descriptor) if is_terminal else os.pipe()
        self._thread = threading.Thread(target=self._copy, daemon=True)
        self._thread.start()

    def redirect(self, descriptor: int) -> None:
        os.dup2(self._write_end, descriptor)
        self._redirected.append(descriptor)

    def stop(self) -> None:
        for descriptor in self._redirected:
            os.dup2(self._original, descriptor)
        os.close(self._write_end)
        self._thread.join(END_SECONDS)

    def _copy(self) -> None:
        while data := self._read():
            with contextlib.suppress(OSError):  # nobody reads it any more
                _write_all(self._original, data)
            with contextlib.suppress(OSError):  # the disk is full
                self._file.write(data)

    def _read(self) -> bytes:
        try:
            return os.read(self._read_end, 1 << 16)
        except OSError:  # how a terminal says that no process has it open any more
            return b""


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
    size = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8))
    fcntl.ioctl(write_end, termios.TIOCSWINSZ, size)
    return read_end, write_end


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
