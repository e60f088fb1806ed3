"""Run the code of a module's file as it is now.

A cached ``.pyc`` counts as fresh if it names the size of the source and its time in whole
seconds (https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation). Saves
a moment apart, ``return 1`` and then ``return 2``, would both run the first one's bytecode.
"""

import os
import sys
from collections.abc import Callable, Mapping
from importlib.abc import PathEntryFinder
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)
from pathlib import Path
from typing import Any, ClassVar

from wsgi_hotreload.watch.source_tree import SourceTree

# Not the one that ``file_access`` puts in its place: that an import looks at its file is no read of the app's.
stat = os.stat


class PreciseLoader(SourceFileLoader):
    """Stores nanoseconds and the inode in place of the time in seconds.

    An ordinary interpreter considers such a file stale, and vice versa: each recompiles.
    """

    # Called with the path of each module just before it is read and run.
    before_run: ClassVar[Callable[[str], object]] = lambda _: None

    def path_stats(self, path: str) -> dict[str, Any]:
        PreciseLoader.before_run(path)  # here, where it adds no line to the app's tracebacks
        status = stat(path)
        return {"mtime": hash((status.st_mtime_ns, status.st_ino)) & 0xFFFFFFFF, "size": status.st_size}


def install(
    source: SourceTree, make_loader: Callable[[str, str], PreciseLoader] = PreciseLoader
) -> Mapping[str, PathEntryFinder]:
    """Import the modules of the source that way, from now on in this process.

    Returns the finders of its folders, by path, as they are made.
    """
    finders: dict[str, PathEntryFinder] = {}
    make_finder = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (make_loader, SOURCE_SUFFIXES),  # type: ignore[arg-type] # whatever makes a loader
    )

    def hook(entry: str) -> PathEntryFinder:
        if not source.owns(Path(entry or ".").resolve()):
            raise ImportError("not of the source")
        finders[entry] = finder = make_finder(entry)
        return finder

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()
    return finders
