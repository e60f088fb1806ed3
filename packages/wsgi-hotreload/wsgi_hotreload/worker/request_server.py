"""Serve the connections of a worker, and finish them when newer code is live.

A WebSocket or an event stream has no end of its own, and would keep the old code. It is closed in the way that makes
clients connect again, which the newer worker then accepts.
"""

import contextlib
import socket
import threading
import time
from collections import Counter
from typing import Any

from wsgi_hotreload.loading import WSGIApplication
from wsgi_hotreload.server import ConnectionServer, RequestHandler

# For an app to notice that a connection was closed. After that its thread ends with the process.
CLOSING_SECONDS = 0.5
# A close frame with status 1012, "service restart": https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
CLOSE_FRAME = b"\x88\x02" + (1012).to_bytes(2)
WEBSOCKET, EVENT_STREAM = "WebSocket", "event stream"
STREAM_TYPES = ("text/event-stream", "multipart/x-mixed-replace")


class _Handler(RequestHandler):
    server: "RequestServer"

    def run_wsgi(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.server.note_endless(self.connection, WEBSOCKET)
        super().run_wsgi()

    def send_header(self, keyword: str, value: str) -> None:
        super().send_header(keyword, value)
        if keyword.lower() == "content-type" and value.lower().startswith(STREAM_TYPES):
            self.server.note_endless(self.connection, EVENT_STREAM)


class RequestServer(ConnectionServer):
    def __init__(self, app: WSGIApplication, address: tuple[str, int]) -> None:
        super().__init__(app, address, _Handler)
        # Made when the app is loaded, which may replace the class.
        self._changed: threading.Condition = None  # type: ignore[assignment]
        self._open: set[socket.socket] = set()
        self._endless: dict[socket.socket, str] = {}
        self._is_finishing = False

    def start(self) -> None:
        """The app is loaded."""
        self._changed = threading.Condition()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base class
        with self._changed:
            self._open.discard(request)
            self._endless.pop(request, None)
            self._changed.notify_all()
        super().shutdown_request(request)

    def note_endless(self, connection: socket.socket, kind: str) -> None:
        with self._changed:
            self._endless[connection] = kind
            if self._is_finishing:
                _ask_to_reconnect(connection, kind)
            self._changed.notify_all()

    def close_endless(self) -> Counter[str]:
        """Close connections that have no end of their own, now and from now on. Returns how many there were."""
        with self._changed:
            self._is_finishing = True
            for connection, kind in self._endless.items():
                _ask_to_reconnect(connection, kind)
            return Counter(self._endless.values())

    def finish(self) -> None:
        """Wait for all other requests, and a moment for the app to notice what was closed."""
        deadline = time.monotonic() + CLOSING_SECONDS
        with self._changed:
            while self._open - self._endless.keys():
                self._changed.wait()
            while self._open and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            for connection in self._endless:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def _ask_to_reconnect(connection: socket.socket, kind: str) -> None:
    with contextlib.suppress(OSError):  # the client has gone, or does not read
        if kind == WEBSOCKET:
            connection.send(CLOSE_FRAME, socket.MSG_DONTWAIT)
        else:
            connection.shutdown(socket.SHUT_RDWR)
