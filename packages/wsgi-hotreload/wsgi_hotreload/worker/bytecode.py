"""Load the code of the app's modules: of the file as it is now, and from memory where that is known.

A cached ``.pyc`` counts as fresh if it names the size of the source and its time in whole
seconds (https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation). Saves
a moment apart, ``return 1`` and then ``return 2``, would both run the first one's bytecode.

Most modules are the same at the next load. To find, read and unmarshal their bytecode takes longer than to run them, so
the processes that workers are forked from do that ahead: see ``keep``.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)
from pathlib import Path
from types import CodeType
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


class _KeptLoader(PreciseLoader):
    """Has the code of a file in memory."""

    def get_code(self, fullname: str) -> CodeType | None:
        PreciseLoader.before_run(self.path)
        # Taken out, so that nothing but the module refers to it: see ``code_swap``.
        state, code = _kept.pop(self.path, (None, None))
        return code if _state(self.path) == state else super().get_code(fullname)


class _CacheLoader(PreciseLoader):
    """Compiles nothing: that would take too long for those who wait."""

    def source_to_code(self, *_: Any, **__: Any) -> CodeType:  # type: ignore[override] # noqa: ANN401
        raise LookupError


LOADERS = (PreciseLoader, _KeptLoader)

# By path, each with the state of the file that it is the code of.
_kept: dict[str, tuple[tuple[int, ...], CodeType]] = {}


def keep(files: Iterable[str]) -> None:
    """Have the code of these files in memory, in this process and in those that are forked from it later."""
    for path in files:
        with contextlib.suppress(Exception):  # then the worker finds out, and shows what is wrong
            state = _state(path)
            if path in _kept and _kept[path][0] == state:
                continue
            code = _CacheLoader("kept", path).get_code("kept")
            if code and _state(path) == state:
                _kept[path] = state, code


def _state(path: str) -> tuple[int, ...]:
    stat = _stat(path)
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _make_loader(name: str, path: str) -> PreciseLoader:
    """One from memory only if that is up to date: else its line would be in the traceback of a syntax error."""
    is_kept = path in _kept and _kept[path][0] == _state(path)
    return _KeptLoader(name, path) if is_kept else PreciseLoader(name, path)


def install(source: SourceTree) -> None:
    """Import the modules of the source that way, from now on in this process."""
    make_finder = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (_make_loader, SOURCE_SUFFIXES),  # type: ignore[arg-type] # whatever makes a loader
    )

    def hook(entry: str) -> FileFinder:
        if not source.owns(Path(entry or ".").resolve()):
            raise ImportError("not of the source")
        return make_finder(entry)  # type: ignore[return-value]

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()
