"""What loading the app has imported from installed packages, and doing that ahead of time."""

import importlib
import os
import site
import sys
import sysconfig
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

BATCH = 500


class Before:
    """The state of this process before the app was loaded."""

    def __init__(self) -> None:
        self._modules = set(sys.modules)
        self._environment = dict(os.environ)

    def imported_since(self) -> list[str]:
        """The modules of installed packages and of Python itself, in the order of their first import."""
        return [name for name in list(sys.modules) if name not in self._modules and _is_installed(name)]

    def changed_environment(self) -> dict[str, str]:
        """The variables that the app has set. Libraries may have looked at them when they were imported."""
        now = dict(os.environ)
        return {name: value for name, value in now.items() if self._environment.get(name) != value}


def package_folders() -> list[Path]:
    """The folders that packages are installed to."""
    folders = [Path(sysconfig.get_path(scheme)) for scheme in ("purelib", "platlib")]
    if site.ENABLE_USER_SITE:
        folders.append(Path(site.getusersitepackages()))
    return list(dict.fromkeys(folders))


def import_ahead(names: Iterable[str], environment: dict[str, str]) -> str | None:
    """Import modules in the given order, as far as that is possible.

    Returns the name of a module whose import has started a thread, if one did: a process with
    threads must not be forked.
    """
    original = dict(os.environ)
    os.environ.update(environment)
    try:
        for name in names:
            try:
                importlib.import_module(name)
            except BaseException:  # noqa: BLE001, S112 - then the worker imports it, and shows what it raises
                continue
            if threading.active_count() > 1:
                return name
        return None
    finally:
        os.environ.clear()
        os.environ.update(original)


def reseed_random_generators() -> None:
    """Give this process random numbers of its own; Python's own generators do that by themselves."""
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def in_batches(names: list[str]) -> Iterator[list[str]]:
    """The names in lists that fit into one message, an empty one if there are none."""
    yield names[:BATCH]
    for start in range(BATCH, len(names), BATCH):
        yield names[start : start + BATCH]


_INSTALLED = tuple(
    {f"{path}{os.sep}" for scheme in ("stdlib", "platstdlib") if (path := sysconfig.get_path(scheme))}
    | {f"{folder}{os.sep}" for folder in package_folders()}
)


def _is_installed(name: str) -> bool:
    """Whether this module, and each package that it is in, is found in the folders of installed ones."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        spec = getattr(sys.modules.get(".".join(parts[:length])), "__spec__", None)
        if spec is None:
            return False
        if spec.origin not in ("built-in", "frozen") and not (spec.origin or "").startswith(_INSTALLED):
            return False
    return True
