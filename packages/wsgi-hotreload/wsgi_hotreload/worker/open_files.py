"""Files that are open and that processes can have each for itself, with a position of its own."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from wsgi_hotreload.worker.app_objects import AppObjects

_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR


class _OpenFile(NamedTuple):
    path: str
    flags: int
    position: int
    # Another descriptor with the same position, as ``os.dup`` makes it.
    twin: int | None


@dataclass
class OpenFiles:
    """Files opened by Python for reading, and those, as of logs, that are only appended to, if nothing is locked."""

    _files: dict[int, _OpenFile] = field(default_factory=dict)

    def add(self, descriptor: int, is_known: Callable[[int], bool]) -> bool:
        """Return whether it is such a file. ``is_known`` says whether code of Python has opened it."""
        info = Path(f"/proc/self/fdinfo/{descriptor}").read_text()
        flags = int(re.search(r"^flags:\s+(\d+)", info, re.MULTILINE)[1], 8)  # type: ignore[index]
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) or "\nlock:" in info or not is_known(descriptor):
            return False
        if flags & _ACCESS == os.O_RDONLY:
            position = os.lseek(descriptor, 0, os.SEEK_CUR)
        elif flags & _ACCESS == os.O_WRONLY and flags & os.O_APPEND and _flush(descriptor):
            position = 0  # it has none: each write goes to the end
        else:
            return False
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        self._files[descriptor] = _OpenFile(path, flags, position, self._twin(descriptor))
        return True

    def open_again(self) -> None:
        """Open them for this process, which was forked, under their descriptors.

        What is appended to may have been renamed since, as logs are; what is read may not, or the app is loaded.
        """
        for descriptor, file in self._files.items():
            if file.twin is not None:
                os.dup2(file.twin, descriptor, os.get_inheritable(descriptor))
                continue
            is_read = file.flags & _ACCESS == os.O_RDONLY
            name = f"/proc/self/fd/{descriptor}" if is_read else file.path
            new = os.open(name, file.flags & ~os.O_EXCL | (0 if is_read else os.O_CREAT))
            if is_read:
                os.lseek(new, file.position, os.SEEK_SET)
            os.dup2(new, descriptor, os.get_inheritable(descriptor))
            os.close(new)

    def _twin(self, descriptor: int) -> int | None:
        for other in self._files:
            if os.path.sameopenfile(descriptor, other) and _moves_with(descriptor, other):
                return other
        return None


def _moves_with(descriptor: int, other: int) -> bool:
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
        for writer in AppObjects.of(io.TextIOWrapper, io.BufferedWriter, io.FileIO)
        if not writer.closed and writer.fileno() == descriptor
    ]
    for writer in writers:
        writer.flush()
    return bool(writers)
