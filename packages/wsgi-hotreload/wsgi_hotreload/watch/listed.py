"""Folders that the app lists while it is loaded: a new file there, or below, is source, too.

Only one like those that were opened, if any were: beside posts there may be images, which nobody reads then. If none
were, one like those that were found; and where no file was found, any.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from wsgi_hotreload.watch.fingerprints import listing
from wsgi_hotreload.watch.source_tree import is_own_name


class Listed(NamedTuple):
    # Of such files. Empty for any that has one.
    suffixes: list[str]
    # Of all that the app knows.
    names: list[str]


def of_load(folders: Mapping[str, Collection[str]], opened: Iterable[str]) -> dict[str, Listed]:
    """What the app knows of folders, by path with the names that it has found, if it has opened these files.

    Without those in which a new file is of no interest.
    """
    below: dict[str, set[str]] = {folder: set() for folder in folders}
    for file in opened:
        for folder in below.keys() & map(str, Path(file).parents):
            below[folder].add(_suffix(file))
    suffixes = {it: below[it] - {""} or {*map(_suffix, names)} - {""} for it, names in folders.items()}
    return {
        folder: Listed(sorted(suffixes[folder]), sorted(names))
        for folder, names in folders.items()
        if suffixes[folder] or all(os.path.isdir(f"{folder}/{name}") for name in names)  # noqa: PTH112 - of many
    }


class ListedFolders:
    """By absolute path."""

    def __init__(self, folders: Mapping[str, Listed]) -> None:
        self._folders = folders
        # Those that are below no other one.
        self._tops = [it for it in folders if folders.keys().isdisjoint(map(str, Path(it).parents))]

    def __contains__(self, path: str) -> bool:
        """Whether a file, if it is new, is like those that the app knows."""
        suffix, above = _suffix(path), path
        while suffix and is_own_name(os.path.basename(above)) and above != os.path.dirname(above):  # noqa: PTH119, PTH120
            above = os.path.dirname(above)  # noqa: PTH120 - of many
            if above in self._folders and suffix in (self._folders[above].suffixes or (suffix,)):
                return True
        return False

    def new(self) -> Iterator[str]:
        """Files that the app may not know."""
        for folder, (_, names) in self._folders.items():
            for path in (f"{folder}/{name}" for name in set(listing(folder) or ()).difference(names)):
                if path in self and os.path.isfile(path):  # noqa: PTH113 - of many
                    yield path

    def files(self) -> Iterator[str]:
        """All that are like those that the app knows, these too."""
        for top in self._tops:
            for folder, folders, names in os.walk(top):
                folders[:] = filter(is_own_name, folders)
                yield from (path for name in names if (path := f"{folder}/{name}") in self)


NO_FOLDERS = ListedFolders({})


def _suffix(path: str) -> str:
    """As ``.md``; none of backups and of databases' journals (``.md~``, ``.db-wal``), nor of what is watched anyway."""
    found = os.path.splitext(path)[1]  # noqa: PTH122 - of many
    return found if found != ".py" and found[1:].isalnum() else ""
