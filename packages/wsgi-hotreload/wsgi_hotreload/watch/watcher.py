"""Report which files of the source changed, as soon as a burst of changes is over."""

import contextlib
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from wsgi_hotreload.watch import mounts
from wsgi_hotreload.watch.fingerprints import fingerprint_of, first_changed
from wsgi_hotreload.watch.listed import NO_FOLDERS, Listed, ListedFolders
from wsgi_hotreload.watch.polling import INTERVAL_SECONDS, Poller
from wsgi_hotreload.watch.source_tree import SourceTree

# The events of one save (write, rename, attributes) follow each other by less than that.
QUIET_SECONDS = 0.001
# A file that is being written is waited for, as long as its writer goes on and no longer than that.
UNFINISHED_SECONDS = 0.05
# Editors empty a file, and then write it: on a busy machine not at once.
EMPTIED_SECONDS = 1.0
# An installer handles one package after the other.
PACKAGES_QUIET_SECONDS = 0.5
PACKAGE_SUFFIXES = frozenset({".dist-info", ".egg-info", ".pth"})
# Reading a file is an event too, and importing the app reads it all.
CHANGES = frozenset({"created", "modified", "moved", "deleted", "closed"})


class Watcher(FileSystemEventHandler):
    """Collects the changes that observers report, until a burst of them is over."""

    def __init__(self, is_relevant: Callable[[Path, bool], bool], quiet_seconds: float) -> None:
        """Note changes of the paths for which ``is_relevant(path, is_directory)`` is true.

        ``on_event`` may be set to be called after each event, in the observer's thread.
        """
        # watchdog's own, when a folder and one in it are made at once: both are watched all the same.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        self.on_event: Callable[[], object] = lambda: None
        self._is_relevant = is_relevant
        self._quiet_seconds = quiet_seconds
        # Files that are relevant, too, and folders in which new ones are.
        self.files: frozenset[Path] = frozenset()
        self._listed = NO_FOLDERS
        # What reports to it, from ``listen`` or ``look`` on.
        self._observer: BaseObserver | Poller
        self._lock = threading.Condition()
        self._changed: set[Path] = set()
        # Those of them that may still be written, with how long to wait at most for that.
        self._unfinished: dict[Path, float] = {}
        self._last_event = 0.0
        # The fingerprints of what was taken last.
        self._taken: dict[Path, str | None] = {}

    def listen(self, folders: Iterable[Path], *, recursive: bool, kind: Callable[[], BaseObserver] = Observer) -> None:
        """Have the kernel announce changes below some folders, or another kind of observer."""
        self._observer = kind()
        for folder in folders:
            self._observer.schedule(self, str(folder), recursive=recursive)
        self._observer.start()

    def look(self, folder: Path) -> None:
        """Look for changes of files below a folder again and again."""
        if os.stat in os.supports_dir_fd:
            self._observer = Poller(
                folder, self._note, lambda folder, name: self._is_relevant(Path(folder, name), False)
            )
            self._observer.start()
        else:  # Windows
            self.listen([folder], recursive=True, kind=partial(PollingObserver, timeout=INTERVAL_SECONDS))

    def watch_files(self, files: Mapping[str, str | None], listed: Mapping[str, Iterable[list[str]]]) -> None:
        """Watch these, too, instead of others. They may have changed since they had these fingerprints and names.

        ``listed`` has the fields of a ``Listed`` by folder.
        """
        self.files = frozenset(map(Path, files))
        self._listed = ListedFolders({folder: Listed(*fields) for folder, fields in listed.items()})
        if isinstance(self._observer, Poller):
            self._observer.watch_files(frozenset(files), self._listed)
        for name, state in files.items():
            if first_changed({name: state}, {}) is not None:
                self._note(Path(name))
        for name in self._listed.new():
            self._note(Path(name))

    def read(self, taken: Iterable[Path]) -> frozenset[Path]:
        """All files that the app reads when it is loaded, with those among the changed ones that are new to it."""
        return self.files.union(path for path in taken if str(path) in self._listed)

    def stop(self) -> None:
        self._observer.stop()

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note an event, in the observer's thread."""
        if event.event_type not in CHANGES or (event.is_directory and event.event_type == "modified"):
            return
        for name in (event.src_path, event.dest_path):
            path = Path(os.fsdecode(name))
            if name and (self._is_read(path, event) or self._is_relevant(path, event.is_directory)):
                if event.event_type == "closed" and self._is_as_taken(path):
                    continue  # a write since then would have an event of its own
                self._note(path, 0 if event.is_directory else _writing_seconds(event.event_type, path))

    def _is_read(self, path: Path, event: FileSystemEvent) -> bool:
        """A file that has not been read is new, or it is none that the app needs."""
        is_new = event.event_type in ("created", "moved") or path in self._changed
        return path in self.files or (is_new and not event.is_directory and str(path) in self._listed)

    def _is_as_taken(self, path: Path) -> bool:
        with self._lock:
            is_taken = path in self._taken and path not in self._changed
            return is_taken and self._taken[path] == fingerprint_of(str(path))

    def _note(self, path: Path, writing_seconds: float = 0) -> None:
        with self._lock:
            self._changed.add(path)
            self._last_event = time.monotonic()
            self._unfinished.pop(path, None)
            if writing_seconds:
                self._unfinished[path] = writing_seconds
            self._lock.notify_all()
        self.on_event()

    def has_code(self) -> bool:
        """Whether a file of Python's is among the changes that were not taken yet."""
        with self._lock:
            return any(path.suffix == ".py" for path in self._changed)

    def seconds_left(self) -> float | None:
        """How long the burst of changes lasts at least, 0 if it is over; None if nothing has changed."""
        with self._lock:  # which a thread may have more than once
            if not self._changed:
                return None
            quiet = max([self._quiet_seconds, *self._unfinished.values()])
            return max(0.0, self._last_event + quiet - time.monotonic())

    def take(self) -> set[Path]:
        """The files that have changed since the last call, and the folders that were made, moved or removed."""
        with self._lock:
            changed, self._changed = self._changed, set()
            self._unfinished.clear()
            self._taken = {path: fingerprint_of(str(path)) for path in changed}
            return changed

    def wait(self, timeout: float) -> set[Path]:
        """The files that have changed, once no more do; an empty set if none did within ``timeout`` seconds."""
        with self._lock:
            if not self._lock.wait_for(lambda: self._changed, timeout):
                return set()
            while left := self.seconds_left():
                self._lock.wait(left)
            return self.take()


def _writing_seconds(event_type: str, path: Path) -> float:
    """How long to wait at most for whoever may still write a file after an event."""
    if event_type not in ("created", "modified"):
        return 0
    with contextlib.suppress(OSError):
        if event_type == "modified" and path.stat().st_size == 0:
            return EMPTIED_SECONDS
    return UNFINISHED_SECONDS


def watch_source(source: Path, way: str) -> tuple[Watcher, str]:
    """Watch the app's Python files, templates and static files by ``way``, and say how and why in words.

    The way is ``"events"``, ``"polling"``, or ``"auto"``, which looks at the mount.

    Raises:
        SystemExit: it is none of these.
    """
    if way not in ("auto", "events", "polling"):
        sys.exit(f"HOTRELOAD_WATCH is {way!r}, which is not known: set it to auto, events or polling.")
    file_system = mounts.file_system_of(source)
    reason = f"{file_system} mount"
    if way == "auto":
        way = "events" if mounts.delivers_events(file_system) else "polling"
    else:
        reason += ", HOTRELOAD_WATCH"
    tree = SourceTree(source)
    watcher = Watcher(
        lambda path, is_directory: (
            (is_directory or path.suffix == ".py" or tree.is_page_file(path)) and tree.owns(path)
        ),
        QUIET_SECONDS,
    )
    if way == "events":
        watcher.listen([source], recursive=True)
    else:
        watcher.look(source)
    return watcher, f"watching {source} by {way} ({reason})"


def watch_packages(folders: Iterable[Path]) -> Watcher:
    """Watch for packages that are installed, updated or removed. A folder may be a link to one."""
    watcher = Watcher(lambda path, _: path.suffix in PACKAGE_SUFFIXES, PACKAGES_QUIET_SECONDS)
    watcher.listen({folder.resolve() for folder in folders if folder.is_dir()}, recursive=False)
    return watcher
