"""The HTTP server that a worker runs: Werkzeug's, with its debugger."""

import socket

from werkzeug.debug import DebuggedApplication
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from hotreload.loading import WSGIApplication

# Asked several times a minute by the container's health check.
HEALTH_PATHS = frozenset({"/livez", "/readyz"})


class RequestHandler(WSGIRequestHandler):
    """Logs each request but the health check's, which would bury all others."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if getattr(self, "path", "") not in HEALTH_PATHS or str(code) != "200":
            super().log_request(code, size)


def development_server(app: WSGIApplication, listener: socket.socket) -> ThreadedWSGIServer:
    """A server on a socket that listens already; its ``server_close()`` waits for requests in flight."""
    host, port = listener.getsockname()[:2]
    debugged = DebuggedApplication(app, evalex=True, pin_logging=False)
    server = ThreadedWSGIServer(host, port, debugged, RequestHandler, fd=listener.fileno())
    server.daemon_threads = False
    return server
