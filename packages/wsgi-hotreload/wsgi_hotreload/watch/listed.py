"""Folders that the app lists while it is loaded: a new file there, or below, is source, too.

Only one like those that were opened, if any were: beside posts there may be images, which nobody reads then. If none
were, one like those that were found; and where nothing was found, any.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from wsgi_hotreload.watch.fingerprints import listing
from wsgi_hotreload.watch.source_tree import is_own_name


class Listed(NamedTuple):
    # Of such files. Empty for any that has one.
    suffixes: list[str]
    # Of all that the app knows.
    names: list[str]


# By absolute path.
ListedFolders = Mapping[str, Listed]


def found_in(folder: str, names: Collection[str], opened: Iterable[str]) -> Listed | None:
    """What the app knows of a folder, where it has found these names, if it has opened these files there or elsewhere.

    None if a new file there is of no interest.
    """
    below = {_suffix(name) for name in opened if name.startswith(f"{folder}/")} - {""}
    suffixes = below or set(map(_suffix, names)) - {""}
    return Listed(sorted(suffixes), sorted(names)) if suffixes or not names else None


def is_in(path: str, listed: ListedFolders) -> bool:
    """Whether a file, if it is new, is like those that the app knows."""
    suffix = _suffix(path)
    return suffix != "" and any(
        (suffix in suffixes or not suffixes)
        and path.startswith(f"{folder}/")
        and all(map(is_own_name, path.removeprefix(folder).split("/")[1:]))
        for folder, (suffixes, _) in listed.items()
    )


def new_files(listed: ListedFolders) -> Iterator[str]:
    """Those that the app may not know."""
    for folder, (_, names) in listed.items():
        for name in set(listing(folder) or ()).difference(names):
            path = f"{folder}/{name}"
            if is_in(path, listed) and os.path.isfile(path):  # noqa: PTH113 - of many
                yield path


def all_files(listed: ListedFolders) -> Iterator[str]:
    for top in listed:
        for folder, folders, names in os.walk(top):
            folders[:] = filter(is_own_name, folders)
            yield from (path for name in names if is_in(path := f"{folder}/{name}", listed))


def _suffix(path: str) -> str:
    """As ``.md``; none of backups and of databases' journals (``.md~``, ``.db-wal``), nor of what is watched anyway."""
    found = os.path.splitext(path)[1]  # noqa: PTH122 - of many
    return found if found != ".py" and found[1:].isalnum() else ""
