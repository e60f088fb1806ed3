"""Keep an app context active in every cell, so that ``current_app`` and ``url_for`` work there."""

import io
import logging
import os
import sys
import threading
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from IPython.core.interactiveshell import InteractiveShell

from wsgi_hotreload import Failure, Poller, load

if TYPE_CHECKING:
    from flask.ctx import AppContext

FACTORY = "app:create_app"
# A kernel has said by then that it is ready.
START_SECONDS = 0.1


class KeptAppContext:
    """The context of the app as it was made from the newest state of its source that works."""

    def __init__(self, source: Path, shell: InteractiveShell) -> None:
        self._source = source
        self._shell = shell
        self._poller = Poller(source, lambda _: None)
        self._made_from: object = None
        self._context: AppContext | None = None
        self._previous: AppContext | None = None
        # The names of threads that the factory has started, until that is said.
        self._started: set[str] = set()
        self._said_started = False
        self._problem: str | None = None
        self._reported: str | None = None

    def keep(self) -> None:
        """Have it in each cell from now on, and make it when the kernel has started and nobody waits for it."""
        self._shell.events.register("pre_run_cell", self._before_cell)
        if hasattr(self._shell, "kernel"):
            from tornado.ioloop import IOLoop

            IOLoop.current().call_later(START_SECONDS, self._make_if_changed)

    def _before_cell(self, _info: object) -> None:
        self._make_if_changed()
        self._activate()
        if self._problem and self._problem != self._reported:
            print(self._problem, file=sys.stderr)  # noqa: T201 - into the cell's output
        self._reported = self._problem
        if self._started and not self._said_started:
            names = ", ".join(sorted(self._started))
            print(f"create_app() starts threads ({names}): they run in this kernel as well.", file=sys.stderr)  # noqa: T201
            self._said_started = True

    def _make_if_changed(self) -> None:
        now = self._poller.look()
        if now == self._made_from:
            return
        self._made_from = now
        threads = _threads_of_code()
        app = _made_quietly(self._source)
        self._started |= {thread.name for thread in _threads_of_code() - threads}
        if isinstance(app, Failure):
            works = "is of the last state that worked until" if self._context else "works as soon as"
            self._problem = f"{app.summary} (current_app {works} that is fixed.)"
            return
        self._problem = None
        if hasattr(app, "app_context"):
            if not app.config.get("SERVER_NAME"):
                # So that url_for gives addresses that a notebook can ask, instead of an error.
                app.config["SERVER_NAME"] = urlsplit(os.environ.get("APP_URL", "")).netloc or None
            self._previous, self._context = self._context, app.app_context()

    def _activate(self) -> None:
        """Make it the current one here: a cell with ``await`` runs in a copy of the surroundings of others."""
        if self._context:
            from flask import current_app

            if self._previous:
                # One that was activated in other surroundings goes with them.
                with suppress(AssertionError, LookupError, ValueError):
                    self._previous.pop()
                self._previous = None
            if not current_app or current_app != self._context.app:
                self._context.push()


def _threads_of_code() -> set[threading.Thread]:
    """All but the kernel's own, which starts one for each subshell that JupyterLab asks for, at any moment."""
    return {thread for thread in threading.enumerate() if not type(thread).__module__.startswith("ipykernel.")}


def _made_quietly(source: Path) -> Any:  # noqa: ANN401 - a Flask, which is not imported for its type
    """The app, or why there is none, without what it says while it is made, which nobody has asked for here."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()):
            return load(FACTORY, source)
    finally:
        logging.disable(disabled)
