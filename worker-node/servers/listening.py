"""The sockets that workers take connections from, and how they stop listening without losing one.

Each worker has one, and the kernel spreads connections over them (SO_REUSEPORT, see socket(7)): of one socket for
all, the worker that wakes up first takes a whole burst of connections, and keeps them. The main process holds them
all, so that what waits in the socket of a worker that has died is the next one's. granian's own would be gone.
"""

import socket
import sys
from collections.abc import Sequence

from config import ConfigurationError

# From <asm-generic/socket.h>, since Linux 5.0, for everybody since 5.7; and a number that no network device has.
SO_BINDTOIFINDEX = 62
NO_DEVICE = 0x7FFFFFFF


def ensure_free(host: str, port: int) -> None:
    """See that nobody listens at this address: the sockets below would share it silently.

    Raises:
        ConfigurationError: somebody does, or it is none of this machine.
    """
    _bind(host, port).close()


def bind(host: str, port: int, number: int) -> list[socket.socket]:
    """So many sockets for the same address; none where the kernel does not spread connections, as only Linux does.

    A worker that is ready listens: before, connections would wait for nobody.

    Raises:
        ConfigurationError: they cannot have it.
    """
    if sys.platform != "linux":
        return []
    return [_bind(host, port, shared=True) for _ in range(number)]


def _bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform != "win32":  # there it means what SO_REUSEPORT means here
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
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


def refuse_new_connections(listeners: Sequence[socket.socket]) -> None:
    """Let no new connection begin, while those that have begun can still be taken.

    Closing a socket would reset the connections that the kernel has accepted and no worker has taken
    yet. A listening socket that is bound to a network device refuses what comes by another one, and
    keeps its queue. Linux only.

    Raises:
        OSError: this kernel cannot.
    """
    # The kernel picks one of those that share the address without a look at its device: a connection that began
    # before the last of them refuses would get no answer at all. So each stands for itself meanwhile; a worker
    # that has not begun to listen must still be able to, or it would end with an error.
    for listener in listeners:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
    for listener in listeners:
        listener.setsockopt(socket.SOL_SOCKET, SO_BINDTOIFINDEX, NO_DEVICE)
    for listener in listeners:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
