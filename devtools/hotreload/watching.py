"""Tell which files of the source changed, as soon as a burst of changes is over."""

import os
import queue
import warnings
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from hotreload import mounts

# An editor's save is several events (write, rename, attributes), less than a millisecond apart.
QUIET_SECONDS = 0.01
POLLING_SECONDS = 0.25
# Reading a file is an event too, and importing the app reads it all.
CHANGES = frozenset({"created", "modified", "moved", "deleted", "closed"})


class UnknownWatchError(Exception):
    """The way of watching that was asked for does not exist."""


class SourceWatcher(FileSystemEventHandler):
    """Watches the Python files below a folder."""

    def __init__(self, source: Path, way: str) -> None:
        """Watch ``source`` by ``way``: ``"events"``, ``"polling"``, or ``"auto"`` to look at the mount.

        Raises:
            UnknownWatchError: it is none of these.
        """
        # watchdog's own, when a folder and one in it are made at once: both are watched all the same.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        self.source = source
        self._changed: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self._observer, self.description = _observer(source, way)
        self._observer.schedule(self, str(source), recursive=True)
        self._observer.start()

    def dispatch(self, event: FileSystemEvent) -> None:
        if event.event_type not in CHANGES or (event.is_directory and event.event_type == "modified"):
            return
        for path in (event.src_path, event.dest_path):
            if path and is_source(Path(os.fsdecode(path)), self.source, is_directory=event.is_directory):
                self._changed.put(Path(os.fsdecode(path)))

    def wait(self, timeout: float) -> set[Path]:
        """The files that changed, once no more do; an empty set if none did within ``timeout`` seconds."""
        changed: set[Path] = set()
        try:
            while True:
                changed.add(self._changed.get(timeout=QUIET_SECONDS if changed else timeout))
        except queue.Empty:
            return changed

    def stop(self) -> None:
        self._observer.stop()


def is_source(path: Path, source: Path, *, is_directory: bool = False) -> bool:
    """Whether a change of this path can change what the app does: Python, and not somebody else's."""
    if path.suffix != ".py" and not is_directory:
        return False
    for parent in (path, *path.parents):
        if parent == source:
            return True
        if parent.name.startswith(".") or parent.name == "__pycache__" or (parent / "pyvenv.cfg").exists():
            return False
    return False


def _observer(source: Path, way: str) -> tuple[BaseObserver, str]:
    if way not in ("auto", "events", "polling"):
        raise UnknownWatchError(f"HOTRELOAD_WATCH is {way!r}, which is not known: set it to auto, events or polling.")
    file_system = mounts.file_system_of(source)
    reason = f"{file_system} mount"
    if way == "auto":
        way = "events" if mounts.delivers_events(file_system) else "polling"
    else:
        reason += ", HOTRELOAD_WATCH"
    observer = Observer() if way == "events" else PollingObserver(timeout=POLLING_SECONDS)
    return observer, f"watching {source} by {way} ({reason})"
