"""Which installed packages the app has too, by its locks: the notebooks have more."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)


def locked(lock: Path) -> frozenset[str] | None:
    """The names of the distributions in a lock; None if there is none."""
    try:
        return frozenset(map(normalized, _LOCKED.findall(lock.read_text())))
    except OSError:
        return None


def missing_in(lock: Path, module: str) -> str | None:
    """The distribution that a top-level module comes from here, if it is not in the lock."""
    distributions = [normalized(name) for name in _distributions().get(module, ())]
    names = locked(lock)
    if module in sys.stdlib_module_names or not distributions or names is None or names & set(distributions):
        return None
    return distributions[0]


def modules_missing_in(lock: Path) -> frozenset[str]:
    """All top-level modules that are installed here, and come from nothing in the lock."""
    return frozenset(module for module in _distributions() if missing_in(lock, module))


def pytest_plugins(lock: Path) -> list[str] | None:
    """The names of the pytest plugins that are in the lock; None if there is no lock."""
    names = locked(lock)
    if names is None:
        return None
    return [
        plugin.name
        for plugin in entry_points(group="pytest11")
        if plugin.dist and normalized(plugin.dist.name) in names
    ]


def normalized(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())
