"""A development server for WSGI app factories: each save is served by the new code at once.

Four kinds of processes make it fast, and hard to lose. Each has its module or folder:

- ``supervisor/`` owns the listening socket, watches the source, and decides. It imports nothing of the app's, so
  nothing that the app does ends it;
- ``zygote`` has the libraries loaded that the app uses, and none of the app's own code;
- ``worker/``: workers are forked from the zygote, ahead of time. At a save the next one loads the app and takes over;
  the one before finishes what it has accepted;
- ``worker/snapshot``: a worker leaves copies of itself, from before the first module that was edited lately, and of the
  loaded app. The next workers go on from there; from the latter by ``worker/code_swap``.

They share ``processes/`` (channels and messages), ``watch/`` (the source and its changes) and ``status/``. Pages that
are open follow by ``browser/``.
Where processes cannot be forked (macOS, Windows), ``portable`` starts a new interpreter for each save instead.

The names in ``__all__`` are the public interface. Each is imported when it is first used.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wsgi_hotreload.loading import Failure, load
    from wsgi_hotreload.status.client import NotReloadingError, NotRunningError, StatusClient, StatusUnavailableError
    from wsgi_hotreload.status.model import Route, Status
    from wsgi_hotreload.watch.polling import Poller
    from wsgi_hotreload.watch.source_tree import SourceTree

__all__ = [
    "Failure",
    "NotReloadingError",
    "NotRunningError",
    "Poller",
    "Route",
    "SourceTree",
    "Status",
    "StatusClient",
    "StatusUnavailableError",
    "import_precisely",
    "load",
    "serve",
]

_MODULES = {
    "loading": ("Failure", "load"),
    "status.client": ("NotReloadingError", "NotRunningError", "StatusClient", "StatusUnavailableError"),
    "status.model": ("Route", "Status"),
    "watch.polling": ("Poller",),
    "watch.source_tree": ("SourceTree",),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - https://peps.python.org/pep-0562/
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def serve(
    factory: str,
    *,
    host: str = "127.0.0.1",
    port: int | str = 7500,
    source: str | os.PathLike[str] = ".",
    roles: Mapping[str, str] | None = None,
) -> None:
    """Serve the app that ``factory`` names or makes (see ``load``) from ``source``, until SIGTERM or Ctrl-C.

    ``roles`` are commands that run beside the app, by name, each anew after a save: ``{"worker": "python -m jobs"}``.

    ``HOTRELOAD_WATCH`` says how to watch ``source``: ``auto`` (if unset), ``events`` or ``polling``.
    ``HOTRELOAD_PAGES`` says whether pages in a browser follow: ``follow`` (if unset) or ``off``.
    ``HOTRELOAD_DEBUGPY`` says where a debugger can attach, as ``host:port``: nowhere if unset.
    ``HOTRELOAD_LOG`` names a file for a copy of the last megabyte of what server and app print: none if unset.

    Raises:
        SystemExit: the port is none, or is taken, or one of the variables has an unknown value. It says so in one
            sentence.
    """
    source = os.path.realpath(source)
    # The server must not import a module of the source instead of its own.
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != source]
    from pathlib import Path

    from wsgi_hotreload import serving

    serving.serve(factory, host=host, port=port, source=Path(source), roles=roles or {})


def import_precisely(source: str | os.PathLike[str]) -> None:
    """Have this process import below ``source`` so that two saves of one size within a second are two programs."""
    from pathlib import Path

    from wsgi_hotreload.watch.source_tree import SourceTree
    from wsgi_hotreload.worker import bytecode

    bytecode.install(SourceTree(Path(source).resolve()))
