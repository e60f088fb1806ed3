"""Werkzeug's interactive debugger for browsers, and the plain traceback for everybody else.

One for all workers: it is made in the zygote, before any worker is forked, so that its PIN, the
secret in an open page, and the count of wrong PINs survive a reload.
"""

from __future__ import annotations

import multiprocessing
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.debug import DebuggedApplication
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from wsgi_hotreload.loading import traceback_of
from wsgi_hotreload.server import wants_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Debugger(DebuggedApplication):
    def debug_application(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        """Respond as the app does; if it raises, with what the client can show."""
        if wants_page(Request(environ)):
            return super().debug_application(environ, start_response)
        return self._with_plain_traceback(environ, start_response)

    def _with_plain_traceback(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        has_begun = False
        try:
            parts = self.app(environ, start_response)
            try:
                for part in parts:
                    has_begun = True
                    yield part
            finally:
                if hasattr(parts, "close"):
                    parts.close()
        except Exception as error:
            if has_begun:
                raise  # which cuts the connection: a partial response must not look complete
            text = traceback_of(error, Path.cwd())
            environ["wsgi.errors"].write(f"{text}\n")
            yield from Response(f"{text}\n", 500, mimetype="text/plain")(environ, start_response)


def _debugger() -> Debugger:
    """Make it, and leave the start method of processes as it was: unset, for the app to set."""
    method = multiprocessing.get_start_method(allow_none=True)
    if "fork" in multiprocessing.get_all_start_methods():
        # Its lock is inherited, and needs no process that would clean up after it.
        multiprocessing.set_start_method("fork", force=True)
    try:
        return Debugger(NotFound(), evalex=True, pin_logging=False)
    finally:
        multiprocessing.set_start_method(method, force=True)


application = _debugger()


def make_pin(network_card: int) -> None:
    """Make the PIN and the name of its cookie, from the same number for a network card in all zygotes.

    Python takes a random one where it finds none.
    """
    getnode, uuid.getnode = uuid.getnode, lambda: network_card
    try:
        _ = application.pin
    finally:
        uuid.getnode = getnode
