"""Tell which files of the source changed, as soon as a burst of changes is over."""

import os
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from hotreload import mounts
from hotreload.source_tree import is_apps_own

# The events of one save (write, rename, attributes) follow each other by less than that.
QUIET_SECONDS = 0.002
# A file that is being written is waited for, as long as its writer goes on and no longer than that.
UNFINISHED_SECONDS = 0.05
POLLING_SECONDS = 0.25
# Reading a file is an event too, and importing the app reads it all.
CHANGES = frozenset({"created", "modified", "moved", "deleted", "closed"})


class UnknownWatchError(Exception):
    """The way of watching that was asked for does not exist."""


class SourceWatcher(FileSystemEventHandler):
    """Watches the Python files below a folder."""

    def __init__(self, source: Path, way: str) -> None:
        """Watch ``source`` by ``way``: ``"events"``, ``"polling"``, or ``"auto"`` to look at the mount.

        ``on_event`` may be set to be called after each event, in the observer's thread.

        Raises:
            UnknownWatchError: it is none of these.
        """
        # watchdog's own, when a folder and one in it are made at once: both are watched all the same.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        self.source = source
        self._lock = threading.Condition()
        self._changed: set[Path] = set()
        self._unfinished: set[Path] = set()
        self._last_event = 0.0
        self.on_event: Callable[[], object] = lambda: None
        self._observer, self.description = _observer(source, way)
        self._observer.schedule(self, str(source), recursive=True)
        self._observer.start()

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note an event, in the observer's thread."""
        if event.event_type not in CHANGES or (event.is_directory and event.event_type == "modified"):
            return
        for name in (event.src_path, event.dest_path):
            path = Path(os.fsdecode(name))
            if name and (event.is_directory or path.suffix == ".py") and is_apps_own(path, self.source):
                self._note(path, unfinished=event.event_type == "modified" and name == event.src_path)

    def _note(self, path: Path, *, unfinished: bool) -> None:
        with self._lock:
            self._changed.add(path)
            self._last_event = time.monotonic()
            if unfinished:
                self._unfinished.add(path)
            else:
                self._unfinished.discard(path)
            self._lock.notify_all()
        self.on_event()

    def seconds_left(self) -> float | None:
        """How long the burst of changes lasts at least, 0 if it is over; None if nothing has changed."""
        with self._lock:
            return self._seconds_left()

    def take(self) -> set[Path]:
        """The files that have changed since the last call."""
        with self._lock:
            changed, self._changed = self._changed, set()
            self._unfinished.clear()
            return changed

    def wait(self, timeout: float) -> set[Path]:
        """The files that have changed, once no more do; an empty set if none did within ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        with self._lock:
            while (left := self._seconds_left()) != 0:
                remaining = deadline - time.monotonic() if left is None else left
                if remaining <= 0:
                    return set()
                self._lock.wait(remaining)
        return self.take()

    def stop(self) -> None:
        self._observer.stop()

    def _seconds_left(self) -> float | None:
        if not self._changed:
            return None
        quiet = UNFINISHED_SECONDS if self._unfinished else QUIET_SECONDS
        return max(0.0, self._last_event + quiet - time.monotonic())


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
