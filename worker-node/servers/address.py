"""Where to listen, from ``HOST`` and ``PORT``."""

import os

from config import ConfigurationError

HIGHEST_PORT = 65535


def listen_address(default_host: str) -> tuple[str, int]:
    """The host and TCP port to listen on: ``HOST``, and ``PORT`` or else 7500.

    Raises:
        ConfigurationError: ``PORT`` is no port number.
    """
    host = os.environ.get("HOST") or default_host
    value = os.environ.get("PORT") or "7500"
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= HIGHEST_PORT):
        raise ConfigurationError(f"PORT is {value!r}, which is no port: set it to a number from 1 to {HIGHEST_PORT}.")
    return host, int(value)
