from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload_support.server import APP, ReloadServer, Start, serve_app


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server on the text of an ``app.py``; its log is shown when the test fails."""
    servers = []

    def start(app: str = APP.format("first"), **options: str) -> ReloadServer:
        server = serve_app(tmp_path / "source", tmp_path / "log", app, **options)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
        print(server.log())  # noqa: T201


@pytest.fixture
def server(start: Start) -> ReloadServer:
    """A server whose app answers ``first``."""
    return start()
