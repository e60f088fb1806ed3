"""Templates and static files of the app: when they change, nothing is loaded anew, but its pages look different."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from notebook_to_app.jupyter.app_folders import app_folders

FOLDERS = frozenset({"templates", "static"})
# A look at all of them takes no larger part of the time than this, however many there are.
LARGEST_SHARE = 0.002
SECONDS = 0.5


class PageFiles:
    """Tells two states of the files apart by a number."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._checksum = 0
        self._next_look = 0.0

    def checksum(self) -> int:
        """A number that is another one soon after a file has changed."""
        started = time.monotonic()
        if started >= self._next_look:
            self._checksum = zlib.crc32(repr(sorted(self._states())).encode())
            took = time.monotonic() - started
            self._next_look = started + max(SECONDS, took / LARGEST_SHARE)
        return self._checksum

    def _states(self) -> Iterator[tuple[str, int, int]]:
        for folder, files in app_folders(self._source):
            if FOLDERS.intersection(folder.relative_to(self._source).parts):
                for name in files:
                    try:
                        state = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - of thousands of files
                    except FileNotFoundError:
                        continue  # since the folder was read
                    yield f"{folder}/{name}", state.st_mtime_ns, state.st_size
