"""Have modules of the app in memory: their code, and where Python would find it.

Most modules are the same at the next load. To find, read and unmarshal their bytecode takes longer than to run them. So
the processes that workers are forked from read it ahead (``keep``), and in packages it is found in fewer steps.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.abc import PathEntryFinder
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import bytecode
from wsgi_hotreload.worker.bytecode import PreciseLoader, stat


class _Kept(NamedTuple):
    # Of the file that it is the code of.
    state: tuple[int, ...]
    code: CodeType
    # Where its bytecode is.
    cached: str
    # The names of what Python would import instead: a package, or an extension module.
    rivals: frozenset[str]


# By path.
_kept: dict[str, _Kept] = {}


class KeptLoader(PreciseLoader):
    """Has the code of a file in memory."""

    def get_code(self, fullname: str) -> CodeType | None:
        PreciseLoader.before_run(self.path)
        if _up_to_date(self.path):
            # Taken out, so that nothing but the module refers to it: see ``code_swap``.
            return _kept.pop(self.path).code
        return super().get_code(fullname)


class _CacheLoader(PreciseLoader):
    """Compiles nothing: that would take too long for those who wait."""

    def source_to_code(self, *_: Any, **__: Any) -> CodeType:  # type: ignore[override] # noqa: ANN401
        raise LookupError


class _PackageFinder:
    """Finds in packages what Python's finders, which come after it, would find there."""

    def __init__(self, finders: Mapping[str, PathEntryFinder]) -> None:
        """``finders`` are those that it stands in for, by folder."""
        self._finders = finders
        # The names in folders, each with the time of the folder's last change.
        self._listings: dict[str, tuple[int, frozenset[str]]] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del target  # the module that is loaded again: it is found where it was
        folder = next(iter(path), "") if path is not None else ""
        file = f"{folder}/{fullname.rpartition('.')[2]}.py"
        try:
            kept = _up_to_date(file)
            if not kept or not self._is_asked_about(folder) or not kept.rivals.isdisjoint(self._names(folder)):
                return None
        except OSError:
            return None
        spec = ModuleSpec(fullname, KeptLoader(fullname, file), origin=file)
        spec.has_location = True
        spec.cached = kept.cached
        return spec

    def invalidate_caches(self) -> None:
        """As ``importlib.invalidate_caches`` asks."""
        self._listings.clear()

    def _is_asked_about(self, folder: str) -> bool:
        """Whether nobody has put a finder there that does something else."""
        return folder in self._finders and sys.path_importer_cache.get(folder) is self._finders[folder]

    def _names(self, folder: str) -> frozenset[str]:
        changed = stat(folder).st_mtime_ns
        listing = self._listings.get(folder)
        if not listing or listing[0] != changed:
            listing = self._listings[folder] = changed, frozenset(os.listdir(folder))  # noqa: PTH208 - names
        return listing[1]


def install(source: SourceTree) -> None:
    """Import the modules of the source that way, from now on in this process."""
    sys.meta_path.insert(0, _PackageFinder(bytecode.install(source, _make_loader)))


def keep(files: Iterable[str]) -> None:
    """Have the code of these files in memory, in this process and in those that are forked from it later."""
    for path in files:
        with contextlib.suppress(Exception):  # then the worker finds out, and shows what is wrong
            if _up_to_date(path):
                continue
            state = _state(path)
            code = _CacheLoader("kept", path).get_code("kept")
            if code and _state(path) == state:
                rivals = frozenset(f"{Path(path).stem}{suffix}" for suffix in ("", *EXTENSION_SUFFIXES))
                _kept[path] = _Kept(state, code, cache_from_source(path), rivals)


def _state(path: str) -> tuple[int, ...]:
    status = stat(path)
    return status.st_mtime_ns, status.st_size, status.st_ino


def _up_to_date(path: str) -> _Kept | None:
    """What is kept of a file, if it is that of the file as it is now."""
    kept = _kept.get(path)
    return kept if kept and kept.state == _state(path) else None


def _make_loader(name: str, path: str) -> PreciseLoader:
    """One from memory only if that is up to date: else its line would be in the traceback of a syntax error."""
    return KeptLoader(name, path) if _up_to_date(path) else PreciseLoader(name, path)
