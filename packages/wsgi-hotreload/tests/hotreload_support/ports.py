"""Ports for servers of tests."""

import secrets
import socket
from contextlib import suppress

# Those that the kernel hands out are above, and what it hands out may go to another process before a server has it:
# https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html#ip-variables
PORTS = range(20_000, 32_000)

_given: set[int] = set()


def free_port() -> int:
    """One that no other process has, nor is likely to get until a server takes it, and that was never given before."""
    while True:
        port = secrets.choice(PORTS)
        if port in _given:
            continue
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            _given.add(port)
            return port
