"""Clients that speak byte by byte, and to a container's own address: a published port's proxy hides what they do."""

import contextlib
import re
import socket
from collections.abc import Iterator

from host.production.conftest import Container

POST = b"POST /length HTTP/1.1\r\nHost: test\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
CLOSE = b"Connection: close\r\n"


def connect(container: Container) -> socket.socket:
    return socket.create_connection((container.address, 7500), timeout=30)


def send(container: Container, data: bytes, *, half_close: bool = False) -> bytes:
    """All that comes back until the server closes the connection."""
    with connect(container) as connection:
        with contextlib.suppress(OSError):  # refused before all was sent
            connection.sendall(data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return receive(connection)


def receive(connection: socket.socket) -> bytes:
    response = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            response += piece
    return bytes(response)


def status_of(response: bytes) -> int:
    """0 where there is no response."""
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", response)
    return int(found[1]) if found else 0


def statuses_of(response: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", response)]


class Uploads:
    """The bodies that the app has seen whole since this was made, by their lengths."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._before = len(self._all())

    def _all(self) -> list[int]:
        return [int(length) for length in re.findall(r"upload of (\d+)", self._container.said[0])]

    def seen(self) -> list[int]:
        return self._all()[self._before :]


@contextlib.contextmanager
def many(container: Container, number: int) -> Iterator[list[socket.socket]]:
    """So many connections at a time."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(connect(container)) for _ in range(number)]
