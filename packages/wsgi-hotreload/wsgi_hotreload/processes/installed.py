"""Modules of installed packages and of Python itself: which ones the app has imported, and importing them ahead."""

import contextlib
import importlib
import os
import site
import sys
import sysconfig
import threading
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path


def installed_since(before: set[str]) -> list[str]:
    """The modules of installed packages and of Python itself that are new in ``sys.modules``, in its order."""
    return [name for name in list(sys.modules) if name not in before and _is_installed(name)]


def package_folders() -> list[Path]:
    """The folders that packages are installed to, whoever put them on the path, and the user's own."""
    folders = [Path(sysconfig.get_path(scheme)) for scheme in ("purelib", "platlib")]
    folders += [Path(entry) for entry in sys.path if Path(entry).name == "site-packages"]
    if site.ENABLE_USER_SITE:
        folders.append(Path(site.getusersitepackages()))
        # Python and the watcher only look there if it exists when they start.
        with contextlib.suppress(OSError):
            folders[-1].mkdir(parents=True, exist_ok=True)
    return list(dict.fromkeys(folders))


def import_ahead(names: Iterable[str]) -> str | None:
    """Import modules in the given order, as far as that is possible.

    Returns the name of a module whose import has started a thread, if one did: a process with
    threads must not be forked.
    """
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:  # noqa: BLE001, S112 - then the worker imports it, and shows what it raises
            continue
        if threading.active_count() > 1:
            return name
    return None


def reseed_random_generators() -> None:
    """Give this process random numbers of its own; Python's own generators do that by themselves."""
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


# The folders of Python itself and of packages, each with a separator at its end.
_PYTHONS_OWN = sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")
INSTALLED = tuple({f"{folder}{os.sep}" for folder in (*_PYTHONS_OWN, *package_folders())})


def _is_installed(name: str) -> bool:
    """Whether this module, and each package that it is in, is found in the folders of installed ones."""
    for parent in accumulate(name.split("."), "{}.{}".format):
        spec = getattr(sys.modules.get(parent), "__spec__", None)
        origin = getattr(spec, "origin", None) or ""
        if origin not in ("built-in", "frozen") and not origin.startswith(INSTALLED):
            return False
    return True
