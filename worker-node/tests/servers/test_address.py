import socket

import pytest

from config import ConfigurationError
from servers.address import listen_address


@pytest.fixture(autouse=True)
def _no_address_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOST", "PORT"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize("value", ["seven", "0", "65536", "-1", "7500.0", "٣"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)

    with pytest.raises(ConfigurationError, match=r"^PORT is .*, which is no port: set it to a number"):
        listen_address("127.0.0.1")


def test_a_taken_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(ConfigurationError, match=rf"^Cannot listen on 127\.0\.0\.1:{port} "):
            listen_address("127.0.0.1")


def test_host_and_port_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free_a_moment_later:
        port = free_a_moment_later.getsockname()[1]
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("PORT", str(port))

    assert listen_address("192.0.2.1") == ("127.0.0.1", port)
