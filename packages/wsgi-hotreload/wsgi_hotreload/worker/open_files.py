"""Files that are open and that processes can have each for itself, with a position of its own."""

import fcntl
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from wsgi_hotreload.worker import app_objects

_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR


class _OpenFile(NamedTuple):
    # How each process opens it.
    path: str
    flags: int
    position: int
    # Another descriptor with the same position, as ``os.dup`` makes it.
    twin: int | None


class OpenFiles:
    """Files opened by Python for reading, and those, as of logs, that are only appended to, if nothing is locked."""

    def __init__(self) -> None:
        self._files: dict[int, _OpenFile] = {}

    def add(self, descriptor: int, is_known: Callable[[int], bool]) -> bool:
        """Return whether it is such a file. ``is_known`` says whether code of Python has opened it."""
        info = Path(f"/proc/self/fdinfo/{descriptor}").read_text()
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) or "\nlock:" in info or not is_known(descriptor):
            return False
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        path, position = f"/proc/self/fd/{descriptor}", 0
        if flags & _ACCESS == os.O_RDONLY:
            position = os.lseek(descriptor, 0, os.SEEK_CUR)
        elif flags & _ACCESS == os.O_WRONLY and flags & os.O_APPEND and _flush(descriptor):
            # It has no position: each write goes to the end.
            path, flags = str(Path(path).readlink()), flags | os.O_CREAT
        else:
            return False
        twin = next((other for other in self._files if _are_twins(descriptor, other)), None)
        self._files[descriptor] = _OpenFile(path, flags, position, twin)
        return True

    def open_again(self) -> None:
        """Open them for this process, which was forked, under their descriptors.

        What is appended to may have been renamed since, as logs are; what is read may not, or the app is loaded.
        """
        for descriptor, file in self._files.items():
            if file.twin is not None:
                os.dup2(file.twin, descriptor, os.get_inheritable(descriptor))
                continue
            new = os.open(file.path, file.flags)
            os.lseek(new, file.position, os.SEEK_SET)
            os.dup2(new, descriptor, os.get_inheritable(descriptor))
            os.close(new)


def _are_twins(descriptor: int, other: int) -> bool:
    if not os.path.sameopenfile(descriptor, other):
        return False
    before = os.lseek(other, 0, os.SEEK_CUR)
    own = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, before + 1, os.SEEK_SET)
    moves = os.lseek(other, 0, os.SEEK_CUR) != before
    os.lseek(descriptor, own, os.SEEK_SET)
    return moves


def _flush(descriptor: int) -> bool:
    """Write what waits to be appended, which else each process would; return whether it is known that none is left."""
    writers = [
        writer
        for writer in app_objects.find(io.TextIOWrapper, io.BufferedWriter, io.FileIO)
        if not writer.closed and writer.fileno() == descriptor
    ]
    for writer in writers:
        writer.flush()
    return bool(writers)
