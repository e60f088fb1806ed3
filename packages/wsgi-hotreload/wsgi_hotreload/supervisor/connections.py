"""Accept connections, and hold each until its request has begun to arrive and a worker is live.

A browser opens connections ahead of time and may use them only after the next save. So a connection
is passed to a worker when its first byte arrives, not when it is opened.
"""

import contextlib
import errno
import resource
import selectors
import socket
from collections import deque
from typing import NamedTuple

# Long enough for a method and a reserved path.
PEEK_BYTES = 64
# What the server itself needs: channels, watches, the log. With fewer left, connections wait in the kernel's queue.
RESERVED_DESCRIPTORS = 128
# More than a development server ever has; some programs look at each number up to the limit.
MOST_DESCRIPTORS = 1 << 16


class Connection(NamedTuple):
    socket: socket.socket
    address: tuple[str, int]
    first_bytes: bytes = b""

    def asks_for(self, path: str) -> bool:
        """Whether this is a GET request for a path, with or without a query."""
        line = self.first_bytes.partition(b"\r\n")[0].decode("latin-1")
        return line.startswith("GET ") and line[4:].partition(" ")[0].partition("?")[0] == path


class Connections:
    """The connections to a listening socket that no worker serves yet."""

    def __init__(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        """``selector`` gets each socket with a function that sees to it."""
        self._listener = listener
        self._selector = selector
        # Those whose request has begun to arrive, in that order.
        self.waiting: deque[Connection] = deque()
        self._silent: set[socket.socket] = set()
        limit = _raise_descriptor_limit()
        self._most = max(limit - RESERVED_DESCRIPTORS, limit // 2)
        self.is_paused = True
        listener.setblocking(False)
        self.accept_if_there_is_room()

    def refuse(self) -> None:
        """Accept no more."""
        self._pause()
        self._listener.close()

    def accept_if_there_is_room(self) -> None:
        """Take connections from the kernel's queue, after ``is_paused``, while there are descriptors for them."""
        if self.is_paused and self._has_room():
            self.is_paused = False
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def _pause(self) -> None:
        if not self.is_paused:
            self.is_paused = True
            self._selector.unregister(self._listener)

    def _has_room(self) -> bool:
        return len(self._silent) + len(self.waiting) < self._most

    def _accept(self) -> None:
        while self._has_room():
            try:
                accepted, _ = self._listener.accept()
            except OSError as error:  # there is no other one, or the client is gone already
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._pause()
                break
            accepted.setblocking(True)
            self._silent.add(accepted)
            self._selector.register(accepted, selectors.EVENT_READ, lambda accepted=accepted: self._arrived(accepted))
            # Mostly the request is there too.
            self._arrived(accepted)
        else:
            self._pause()

    def _arrived(self, accepted: socket.socket) -> None:
        try:
            first_bytes = accepted.recv(PEEK_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            address = accepted.getpeername()[:2]
        except BlockingIOError:
            return
        except OSError:
            first_bytes = b""
        self._selector.unregister(accepted)
        self._silent.remove(accepted)
        if first_bytes:
            self.waiting.append(Connection(accepted, address, first_bytes))
        else:
            accepted.close()


def _raise_descriptor_limit() -> int:
    """Allow this process, and those that it starts, as many open files as it may, and return the number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
