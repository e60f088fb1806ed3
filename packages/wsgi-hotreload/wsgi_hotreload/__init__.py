"""A development server for WSGI app factories: each save is served by the new code at once.

Four kinds of processes make it fast, and hard to lose:

- the *supervisor* owns the listening socket, watches the source, and decides. It imports nothing
  of the app's, so nothing that the app does ends it;
- the *zygote* has the libraries loaded that the app uses, and none of the app's own code;
- *workers* are forked from the zygote, ahead of time. At a save the next one imports the app and
  takes over; the one before finishes what it has accepted;
- a *layer*, in a large app, is a worker that stopped before the first module that was edited lately.
  The next workers go on from there.

Where processes cannot be forked (macOS, Windows), a portable supervisor starts a new interpreter
for each save instead.

The names in ``__all__`` are the public interface. Each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsgi_hotreload.bytecode import install as import_precisely
    from wsgi_hotreload.loading import Failure, load
    from wsgi_hotreload.polling import Poller
    from wsgi_hotreload.serving import serve
    from wsgi_hotreload.status.client import (
        NotReloadingError,
        NotRunningError,
        StatusClient,
        StatusUnavailableError,
    )
    from wsgi_hotreload.status.model import Route, Status

__all__ = [
    "Failure",
    "NotReloadingError",
    "NotRunningError",
    "Poller",
    "Route",
    "Status",
    "StatusClient",
    "StatusUnavailableError",
    "import_precisely",
    "load",
    "serve",
]

_MODULES = {
    "Failure": "loading",
    "Poller": "polling",
    "Route": "status.model",
    "Status": "status.model",
    "load": "loading",
    "serve": "serving",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - https://peps.python.org/pep-0562/
    if name == "import_precisely":
        return import_module("wsgi_hotreload.bytecode").install
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"wsgi_hotreload.{_MODULES.get(name, 'status.client')}"), name)
