"""Whether files and folders that were read are unchanged."""

import os
import stat
from collections.abc import Mapping
from itertools import chain

from wsgi_hotreload.watch.source_tree import is_own_name

# Instead of a fingerprint: that it is a file, whatever is in it.
FILE = "file"


def kind(status: os.stat_result | None) -> str | None:
    """Only that it is a file or a folder; None if there is nothing."""
    found = fingerprint(status)
    return found if found in (None, "folder") else FILE


def fingerprint(status: os.stat_result | None) -> str | None:
    """Of a file its time, size and inode; of a folder that it is one; None if there is nothing."""
    if status is None or stat.S_ISDIR(status.st_mode):
        return status and "folder"
    return f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"


def listing(folder: str) -> list[str] | None:
    """The names in a folder, without hidden ones and caches; None if it cannot be listed."""
    try:
        return sorted(filter(is_own_name, os.listdir(folder)))  # noqa: PTH208 - names, not paths
    except OSError:
        return None


def first_changed(files: Mapping[str, str | None], folders: Mapping[str, list[str] | None]) -> str | None:
    """A file that has another fingerprint by now, or a folder that has another listing; None if there is none."""
    changed = (path for path, before in files.items() if not _is_unchanged(path, before))
    listed = (path for path, before in folders.items() if listing(path) != before)
    return next(chain(changed, listed), None)


def _is_unchanged(path: str, before: str | None) -> bool:
    now = fingerprint_of(path)
    return now == before or (before == FILE and now not in (None, "folder"))


def fingerprint_of(path: str) -> str | None:
    try:
        return fingerprint(os.stat(path))  # noqa: PTH116 - many
    except OSError:
        return None
