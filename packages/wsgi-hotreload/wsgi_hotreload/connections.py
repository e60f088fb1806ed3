"""Accept connections, and keep each until it has something to say and somebody to say it to.

A browser opens connections ahead of time, and uses them much later: after the next save, maybe. So
a connection is given to a worker when its first byte is there, not when it is opened.
"""

import selectors
import socket
from collections import deque
from dataclasses import dataclass

# Long enough for a method and a reserved path.
PEEK_BYTES = 64


@dataclass(frozen=True)
class Connection:
    socket: socket.socket
    address: tuple[str, int]
    first_bytes: bytes = b""

    def asks_for(self, path: str) -> bool:
        """Whether this is a GET request for a path, with or without a query."""
        line = self.first_bytes.partition(b"\r\n")[0].decode("latin-1")
        return line.startswith("GET ") and line[4:].partition(" ")[0].partition("?")[0] == path


class Connections:
    """The connections to a listening socket that nobody answers yet."""

    def __init__(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        self._listener = listener
        self._selector = selector
        # Those whose request has begun to arrive, in that order.
        self.waiting: deque[Connection] = deque()
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, self._accept)

    def refuse(self) -> None:
        """Accept no more."""
        self._selector.unregister(self._listener)
        self._listener.close()

    def _accept(self, _listener: object) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:
                return  # the client is gone already, or too many files are open: the next one is tried anew
            accepted.setblocking(True)
            self._selector.register(accepted, selectors.EVENT_READ, self._arrived)
            # Mostly the request is there too.
            self._arrived(accepted)

    def _arrived(self, accepted: socket.socket) -> None:
        try:
            first_bytes = accepted.recv(PEEK_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            address = accepted.getpeername()[:2]
        except BlockingIOError:
            return
        except OSError:
            first_bytes = b""
        self._selector.unregister(accepted)
        if first_bytes:
            self.waiting.append(Connection(accepted, address, first_bytes))
        else:
            accepted.close()
