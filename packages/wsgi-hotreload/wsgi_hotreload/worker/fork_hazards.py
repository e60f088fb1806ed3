"""Resources that a fork must not duplicate: whatever appears between two looks was created by the app."""

import atexit
import os
import select
import selectors
import signal
import socket
import stat
import weakref
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from wsgi_hotreload.processes.linux import children
from wsgi_hotreload.worker import idle_connections
from wsgi_hotreload.worker.open_files import OpenFiles
from wsgi_hotreload.worker.origins import Origins

# What they give or take is the same for all processes.
_DEVICES = frozenset({"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"})

# What a process that others are forked from works with, and what gevent and the like put others in the place of.
_NEEDED = {
    (module, name): getattr(module, name)
    for module, name in (
        (os, "fork"),
        (os, "waitpid"),
        (select, "poll"),
        (select, "select"),
        (selectors, "DefaultSelector"),
        (socket, "socket"),
    )
}

# A process that is forked has none.
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)


class Hazard(NamedTuple):
    """What the app does, as a verb with its object, and the line that does it, or whatever is known of it."""

    reason: str
    where: str


class ForkHazards:
    """Compares with what there was when this was made."""

    def __init__(self, prefix: str) -> None:
        """``prefix`` is that of the paths of the app's files."""
        self.origins = Origins(prefix)
        self._descriptors_before = _descriptors()
        self._exit_functions_before = _exit_functions()
        self._shared_before = _shared_mappings()
        # Those that each process has to open for itself after a fork, as of the last look.
        self.files = OpenFiles()

    def find(self, snapshots: AbstractSet[int]) -> Hazard | None:
        """Why this process cannot be continued more than once, if so.

        ``snapshots`` are children that the app knows nothing of.
        """
        if opened := _descriptors() - self._descriptors_before:
            idle_connections.close()
            opened = _descriptors() - self._descriptors_before
        return self._of_process(snapshots) or self._of_files(opened) or self._at_exit()

    def find_in_copy(self) -> Hazard | None:
        """What it takes longer to find than a request should wait, and what a copy of the process has too."""
        if _shared_mappings() != self._shared_before:
            return Hazard("shares memory", self.origins.memory)
        return None

    def _of_process(self, snapshots: AbstractSet[int]) -> Hazard | None:
        for (module, name), original in _NEEDED.items():
            if getattr(module, name) is not original:
                return Hazard(f"replaces {module.__name__}.{name}", "")
        if _has_children() and children() - snapshots:
            return Hazard("starts a process", self.origins.process)
        if len(list(Path("/proc/self/task").iterdir())) > 1:
            return Hazard("starts a thread", self.origins.thread)
        if any(signal.getitimer(timer)[0] for timer in _TIMERS):
            return Hazard("sets a timer", "")
        return None

    def _of_files(self, opened: AbstractSet[int]) -> Hazard | None:
        self.files = OpenFiles()
        for descriptor in sorted(opened):
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
            if path not in _DEVICES and not self.files.add(descriptor, self.origins.is_opened_by_python):
                return self._of_descriptor(descriptor, path)
        return None

    def _at_exit(self) -> Hazard | None:
        if _exit_functions() - self.origins.exit_functions_of_imports == self._exit_functions_before:
            return None
        return Hazard("has something to do at the end of the process", self.origins.exit_function)

    def _of_descriptor(self, descriptor: int, path: str) -> Hazard:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return Hazard("opens a socket", self.origins.of_socket(descriptor) or _peer(descriptor))
        name, is_no_path, _ = path.partition(":[")
        return Hazard(f"opens a {name}" if is_no_path else f"opens {path}", self.origins.of_file(descriptor))


def _descriptors() -> frozenset[int]:
    # The one that listing them took is gone.
    return frozenset(int(path.name) for path in list(Path("/proc/self/fd").iterdir()) if path.is_symlink())


def _exit_functions() -> int:
    """How many functions are called at exit: Python reveals only their number."""
    finalizers = sum(it.atexit for it in list(weakref.finalize._registry))  # type: ignore[attr-defined] # noqa: SLF001
    return atexit._ncallbacks() + finalizers  # noqa: SLF001


def _shared_mappings() -> frozenset[str]:
    """The lines that proc_pid_maps(5) describes."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return frozenset(line for line in lines if line.split()[1] == "rw-s")


def _peer(descriptor: int) -> str:
    with socket.socket(fileno=os.dup(descriptor)) as found:
        try:
            peer = found.getpeername()
        except OSError:
            return ""
    return f"connected to {':'.join(map(str, peer[:2])) if isinstance(peer, tuple) else peer}"


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
