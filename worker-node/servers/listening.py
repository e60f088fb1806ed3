"""The one socket that all workers take connections from, and how it stops listening without losing one.

granian would have each worker listen on its own (SO_REUSEPORT): connections that wait there are lost
with the worker, and a second server on the same port starts silently. See socket(7).
"""

import socket
import sys

from config import ConfigurationError

# From <asm-generic/socket.h>, since Linux 5.0, for everybody since 5.7; and a number that no network device has.
SO_BINDTOIFINDEX = 62
NO_DEVICE = 0x7FFFFFFF


def bind(host: str, port: int) -> socket.socket:
    """Take an address. The first worker that is ready listens: before, connections would wait for nobody.

    Raises:
        ConfigurationError: somebody has it, or it is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform != "win32":  # there it means what SO_REUSEPORT means here
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port} ({error.strerror}): end what uses it, or set PORT or HOST to another."
        ) from None
    # Inherited by each connection: answers go out at once, and clients that vanished are noticed.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return listener


def refuse_new_connections(listener: socket.socket) -> None:
    """Let no new connection begin, while those that have begun can still be taken.

    Closing the socket would reset the connections that the kernel has accepted and no worker has taken
    yet. A listening socket that is bound to a network device refuses what comes by another one, and
    keeps its queue. Linux only.

    Raises:
        OSError: this kernel cannot.
    """
    if sys.platform == "linux":
        listener.setsockopt(socket.SOL_SOCKET, SO_BINDTOIFINDEX, NO_DEVICE)
