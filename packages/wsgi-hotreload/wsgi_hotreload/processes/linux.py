"""Children and orphans, as Linux knows them."""

import ctypes
import os
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def adopt_orphans() -> None:
    """From now on, processes below this one whose parent ends become its own children, not init's."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def children() -> set[int]:
    """The pids of this process's children, those that have ended but were not waited for among them."""
    own, found = os.getpid(), set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        # pid (name) state parent ...: a name may have spaces and parentheses, see proc_pid_stat(5).
        parent = text.rpartition(")")[2].split()[1]
        if int(parent) == own:
            found.add(int(status.parent.name))
    return found
