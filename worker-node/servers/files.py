"""How many files this process and its workers may have open: each connection is one."""

import sys

SPARE_FILES = 256


def allow_open_files(connections: int) -> None:
    """Raise the soft limit as far as it is needed and allowed: where it is 1024, that is all of them for a burst."""
    if sys.platform == "win32":
        return
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
