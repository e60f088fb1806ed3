"""Make Python notice that a file changed twice in one second without changing its size.

A cached ``.pyc`` counts as fresh if it names the size of the source and its time in whole
seconds (https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation). Saves
a moment apart, ``return 1`` and then ``return 2``, would both run the first one's bytecode.
"""

import os
import sys
from collections.abc import Callable
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
_stat = os.stat


class PreciseLoader(SourceFileLoader):
    """Stores nanoseconds and the inode in place of the time in seconds.

    An ordinary interpreter considers such a file stale, and vice versa: each recompiles.
    """

    # Called with the path of each module just before it is read and run.
    before_run: ClassVar[Callable[[str], object]] = lambda _: None

    def path_stats(self, path: str) -> dict[str, Any]:
        PreciseLoader.before_run(path)  # here, where it adds no line to the app's tracebacks
        stat = _stat(path)
        return {"mtime": hash((stat.st_mtime_ns, stat.st_ino)) & 0xFFFFFFFF, "size": stat.st_size}


def install(source: SourceTree) -> None:
    """Import the modules of the source that way, from now on in this process."""
    make_finder = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), (PreciseLoader, SOURCE_SUFFIXES))

    def hook(entry: str) -> FileFinder:
        if not source.owns(Path(entry or ".").resolve()):
            raise ImportError("not of the source")
        return make_finder(entry)  # type: ignore[return-value]

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()
