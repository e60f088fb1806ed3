"""What rename(2) does not do: two files change places, or one goes where none is, with nobody in between.

Python has no name for renameat2(2), which Linux has, and most of its file systems do.
"""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD = -100
_NOREPLACE, _EXCHANGE = 1, 2
# Of a kernel, and of a file system, that does not know it.
_NOT_SUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM})


class NotSupportedError(Exception):
    """Not on this system, or not on this file system."""


def exchange(one: Path, other: Path) -> None:
    """Both change places.

    Raises:
        NotSupportedError: that is not possible here.
        OSError: one of them is gone, or the folder may not be written.
    """
    _rename(one, other, _EXCHANGE)


def unless_there(path: Path, target: Path) -> None:
    """Move a file.

    Raises:
        FileExistsError: the target is there.
        NotSupportedError: that is not possible here.
        OSError: the folder may not be written.
    """
    _rename(path, target, _NOREPLACE)


def _rename(path: Path, target: Path, how: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if not hasattr(libc, "renameat2"):
        raise NotSupportedError
    if libc.renameat2(_AT_FDCWD, os.fsencode(path), _AT_FDCWD, os.fsencode(target), how):  # type: ignore[union-attr]
        number = ctypes.get_errno()
        if number in _NOT_SUPPORTED:
            raise NotSupportedError
        raise OSError(number, os.strerror(number), str(target))
