"""Folders that the app lists, to open what it finds: a new file there is source, too.

Only one like those that were opened: beside posts there may be images, which are not read while the app is loaded.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wsgi_hotreload.watch.fingerprints import listing
from wsgi_hotreload.watch.source_tree import is_own_name


class Listed(NamedTuple):
    # Of the files that were opened, there or below.
    suffixes: list[str]
    # Of all files with one of these that the app may know.
    names: list[str]


# By absolute path.
ListedFolders = Mapping[str, Listed]


def of_opened(folder: str, opened: Iterable[str], names: Iterable[str]) -> Listed | None:
    """A folder that has these names in it, if any file was opened there or below."""
    suffixes = {_suffix(name) for name in opened if name.startswith(f"{folder}/")} - {""}
    return Listed(sorted(suffixes), [name for name in names if _suffix(name) in suffixes]) if suffixes else None


def is_in(path: str, listed: ListedFolders) -> bool:
    """Whether a file, if it is new, is like those that were opened."""
    return any(
        _suffix(path) in suffixes
        and path.startswith(f"{folder}/")
        and all(map(is_own_name, path.removeprefix(folder).split("/")[1:]))
        for folder, (suffixes, _) in listed.items()
    )


def new_files(listed: ListedFolders) -> Iterator[str]:
    """Those of which the app may not know."""
    for folder, (suffixes, names) in listed.items():
        for name in set(listing(folder) or ()).difference(names):
            if _suffix(name) in suffixes and os.path.isfile(f"{folder}/{name}"):  # noqa: PTH113 - of many
                yield f"{folder}/{name}"


def all_files(listed: ListedFolders) -> Iterator[str]:
    for top in listed:
        for folder, folders, names in os.walk(top):
            folders[:] = filter(is_own_name, folders)
            yield from (path for name in names if is_in(path := f"{folder}/{name}", listed))


def _suffix(path: str) -> str:
    """As ``.md``; none of Python's files, which are watched anyway."""
    found = os.path.splitext(path)[1]  # noqa: PTH122 - of many
    return "" if found == ".py" else found
