"""Find changes by looking, for mounts that announce none.

watchdog's own polling observer builds objects for each file, and takes 6.6% of a core for 1,000
files. This lists a folder only when the folder has changed, and compares plain tuples.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from wsgi_hotreload.watch.listed import NO_FOLDERS, ListedFolders
from wsgi_hotreload.watch.source_tree import is_own_folder, is_own_name

INTERVAL_SECONDS = 0.28
# The coarsest clock of a file system, FAT's: two changes of a folder within that look like one.
COARSEST_NANOSECONDS = 2_000_000_000

# Whether a file in a folder is looked at, by the path and the name.
IsRelevant = Callable[[str, str], bool]
# By the path of each such file what changes when it is saved: modification time in ns, size in bytes, inode.
FileStates = dict[str, tuple[int, int, int]]


class Listing(NamedTuple):
    """What a folder had in it at some time."""

    changed_at: int
    # (name, path) of each relevant file, and the path of each folder.
    files: list[tuple[str, str]]
    folders: list[str]


class Poller:
    """Looks at the Python files below a folder, or others, several times a second, in a thread."""

    def __init__(
        self,
        folder: Path,
        changed: Callable[[Path], object],
        is_relevant: IsRelevant = lambda _, name: name.endswith(".py"),
    ) -> None:
        """Call ``changed`` for each file that is not as it was when it was looked at before."""
        self._is_relevant = is_relevant
        # Files that are looked at, too, and folders in which new ones are, with their states.
        self._watched: tuple[frozenset[str], ListedFolders, FileStates] = frozenset(), NO_FOLDERS, {}
        self._folder = str(folder)
        self._changed = changed
        self._listings: dict[str, Listing] = {}
        self._before = self.look()
        self._stopped = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="poller", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def watch_files(self, files: frozenset[str], listed: ListedFolders = NO_FOLDERS) -> None:
        """Look at these, too, instead of others: whether they change, or new ones appear, from now on."""
        self._watched = files, listed, _states_of_read(files, listed)

    def look(self) -> FileStates:
        """The state of all relevant files of the source: see ``SourceTree``."""
        found: FileStates = {}
        listings, self._listings = self._listings, {}
        folders = [self._folder]
        while folders:
            folder = folders.pop()
            with contextlib.suppress(OSError):  # removed since it was listed, or not ours to read
                descriptor = os.open(folder, os.O_RDONLY)
                try:
                    listing = self._listing(listings.get(folder), descriptor, folder)
                    found |= _states_of(listing.files, descriptor)
                finally:
                    os.close(descriptor)
                self._listings[folder] = listing
                folders += listing.folders
        return found

    def _listing(self, before: Listing | None, descriptor: int, folder: str) -> Listing:
        changed_at = os.fstat(descriptor).st_mtime_ns
        if before and before.changed_at == changed_at and time.time_ns() - changed_at > COARSEST_NANOSECONDS:
            return before
        entries = list(os.scandir(descriptor))
        if not (folder == self._folder or is_own_folder(entry.name for entry in entries)):
            entries = []
        entries = [entry for entry in entries if is_own_name(entry.name)]
        files = [(entry.name, f"{folder}/{entry.name}") for entry in entries if self._is_relevant(folder, entry.name)]
        folders = [f"{folder}/{entry.name}" for entry in entries if entry.is_dir(follow_symlinks=False)]
        return Listing(changed_at, files, folders)

    def _run(self) -> None:
        files, listed, before = watched = self._watched
        while not self._stopped.wait(INTERVAL_SECONDS):
            if watched is not self._watched:
                files, listed, before = watched = self._watched
            source, others = self.look(), _states_of_read(files, listed)
            for path in dict((self._before.items() ^ source.items()) | (before.items() ^ others.items())):
                self._changed(Path(path))
            self._before, before = source, others


def _states_of_read(files: Iterable[str], listed: ListedFolders) -> FileStates:
    """Of files that were read and of those that are in listed folders, which do not change."""
    return dict.fromkeys(listed.files(), (0, 0, 0)) | _states_of((path, path) for path in files)


def _states_of(files: Iterable[tuple[str, str]], folder: int | None = None) -> FileStates:
    found: FileStates = {}
    for name, path in files:
        try:
            stat = os.stat(name, dir_fd=folder)
        except OSError:
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found
