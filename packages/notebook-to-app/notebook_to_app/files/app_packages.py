"""Which installed packages the app has too, by its locks: the notebooks have more."""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from notebook_to_app.core.import_statements import imports_of, is_for_type_checking
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.target_module import is_own

_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)


def locked(lock: Path) -> frozenset[str] | None:
    """The names of the distributions in a lock; None if there is none."""
    try:
        return frozenset(map(canonicalize_name, _LOCKED.findall(lock.read_text())))
    except OSError:
        return None


def missing_in(names: frozenset[str] | None, module: str) -> str | None:
    """The distribution that a top-level module comes from here, if it is not among those of the lock."""
    if names is None or module in sys.stdlib_module_names or canonicalize_name(module) in names:
        return None
    distributions = [canonicalize_name(name) for name in _distributions().get(module, ())]
    return distributions[0] if distributions and not names & set(distributions) else None


def check_imports(code: str, lock: Path) -> None:
    """Refuse code that imports what only the notebooks have. What it tries to import is its own affair.

    Raises:
        Refusal: it imports such a package.
    """
    magic = "%add --dev" if lock.name.endswith("-dev.txt") else "%add"
    names = locked(lock)
    for top in _needed_by(code):
        if package := missing_in(names, top):
            raise Refusal(f"The app does not have {package}, which {top} comes from: `{magic} {package}` adds it.")
        if names is not None and not _is_found(top):
            raise Refusal(f"There is no module {top} here, nor in the app: `{magic} PACKAGE` adds what it comes from.")


def _needed_by(code: str) -> Iterator[str]:
    nodes: list[ast.AST] = [ast.parse(code)]
    while nodes:
        node = nodes.pop()
        tops = [part.source.partition(".")[0] for part in imports_of(node)]
        yield from (top for top in tops if top and not is_own(top))
        # An import in there may fail, or is for type checkers alone.
        if not isinstance(node, (ast.Try, ast.TryStar)) and not is_for_type_checking(node):
            nodes += ast.iter_child_nodes(node)


def _is_found(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # it is imported already, in a way of its own
        return module in sys.modules


def modules_missing_in(names: frozenset[str]) -> frozenset[str]:
    """All top-level modules that are installed here, and come from nothing in the lock."""
    return frozenset(module for module in _distributions() if missing_in(names, module))


def pytest_plugins(names: frozenset[str]) -> list[str]:
    """The names of the pytest plugins that are in the lock."""
    return [
        plugin.name
        for plugin in entry_points(group="pytest11")
        if plugin.dist and canonicalize_name(plugin.dist.name) in names
    ]


def _distributions() -> dict[str, list[str]]:
    """The distributions of each module. A folder that packages are installed to has a new time then."""
    folders = [Path(folder) for folder in sys.path if folder]
    return _distributions_as_of(tuple(folder.stat().st_mtime_ns for folder in folders if folder.is_dir()))


@lru_cache(maxsize=1)
def _distributions_as_of(_times: tuple[int, ...]) -> dict[str, list[str]]:
    return dict(packages_distributions())
