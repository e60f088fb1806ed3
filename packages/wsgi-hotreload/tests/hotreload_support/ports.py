"""Ports for servers of tests."""

import secrets
import socket
from collections import deque

# Those that the kernel hands out are above, and what it hands out may go to another process before a server has it:
# https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html#ip-variables
PORTS = range(20_000, 32_000)
# As many as may be given before the first of their servers listens.
MOST_CLAIMS = 50

_given: set[int] = set()
# Datagram sockets, which do no harm to a server of the same number, are what keeps tests in other processes from it.
_claims: deque[socket.socket] = deque()


def free_port() -> int:
    """One that no other process has, nor any other test gets before its server listens, never given before."""
    while True:
        port = secrets.choice(PORTS)
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        if len(_claims) > MOST_CLAIMS:
            _claims.popleft().close()
        if port not in _given:
            _given.add(port)
            return port
