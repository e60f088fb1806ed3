"""Werkzeug's HTTP server, for connections that somebody else has accepted."""

import socket

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request

from wsgi_hotreload.loading import WSGIApplication
from wsgi_hotreload.status.model import PATH

# Asked several times a minute, by the container's health check and by tools.
QUIET_PATHS = frozenset({"/livez", "/readyz", PATH})


class RequestHandler(WSGIRequestHandler):
    """Logs each request except those of programs for the state, which would drown out the others."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        path = getattr(self, "path", "").partition("?")[0]
        if path not in QUIET_PATHS or str(code) != "200":
            super().log_request(code, size)


class ConnectionServer(ThreadedWSGIServer):
    """Serves each connection in a thread of its own; ``server_close()`` waits for these threads."""

    daemon_threads = False

    def __init__(
        self, app: WSGIApplication, address: tuple[str, int], handler: type[RequestHandler] = RequestHandler
    ) -> None:
        with socket.socket() as instead_of_a_listening_one:
            super().__init__(*address, app, handler, fd=instead_of_a_listening_one.fileno())
        self.server_address = address


def wants_page(request: Request) -> bool:
    """Whether this is a browser's request for a page, and not one of a program."""
    return request.accept_mimetypes.best_match(["text/plain", "text/html"]) == "text/html"
