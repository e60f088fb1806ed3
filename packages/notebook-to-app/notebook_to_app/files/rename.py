"""What rename(2) does not do: two files change places, or one goes where none is, with nobody in between.

Python has no name for renameat2(2), which Linux has, and most of its file systems do.
"""

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD = -100
# What rename(2) calls RENAME_NOREPLACE and RENAME_EXCHANGE.
UNLESS_THERE, EXCHANGE = 1, 2
# Of a kernel, and of a file system, that does not know it.
_NOT_SUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM})


class NotSupportedError(Exception):
    """Not on this system, or not on this file system."""


def rename(path: Path, target: Path, how: int) -> None:
    """Move a file, ``UNLESS_THERE`` is one already, or ``EXCHANGE`` both.

    Raises:
        FileExistsError: there is one already.
        NotSupportedError: that is not possible here.
        OSError: one of them is gone, or the folder may not be written.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        raise NotSupportedError
    if libc.renameat2(_AT_FDCWD, os.fsencode(path), _AT_FDCWD, os.fsencode(target), how):
        number = ctypes.get_errno()
        if number in _NOT_SUPPORTED:
            raise NotSupportedError
        raise OSError(number, os.strerror(number), str(target))
