"""Where to listen, from ``HOST`` and ``PORT``."""

import os
import socket

from config import ConfigurationError

HIGHEST_PORT = 65535


def listen_address(default_host: str) -> tuple[str, int]:
    """The host and TCP port to listen on: ``HOST``, and ``PORT`` or else 7500.

    Raises:
        ConfigurationError: ``PORT`` is no port number, or nothing can listen at this address.
    """
    host = os.environ.get("HOST") or default_host
    value = os.environ.get("PORT") or "7500"
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= HIGHEST_PORT):
        raise ConfigurationError(f"PORT is {value!r}, which is no port: set it to a number from 1 to {HIGHEST_PORT}.")
    _check_free(host, int(value))
    return host, int(value)


def _check_free(host: str, port: int) -> None:
    """A server with SO_REUSEPORT starts silently beside another one and gets half of the requests."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # elsewhere this option means what SO_REUSEPORT means here
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port} ({error.strerror}): end what uses it, or set PORT or HOST to another."
        ) from None
