from collections.abc import Iterator
from pathlib import Path

import pytest

from support.reloading import APP, ReloadServer, Start


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server on the text of an ``app.py``; its log is shown when the test fails."""
    servers = []

    def start(app: str = APP.format("first"), **environment: str) -> ReloadServer:
        folder = tmp_path / "source"
        folder.mkdir(exist_ok=True)
        (folder / "app.py").write_text(app)
        server = ReloadServer(folder, tmp_path / "log", **environment)
        servers.append(server)
        server.status()
        server.settled_after(0)
        return server

    yield start
    for server in servers:
        server.stop()
        print(server.log())  # noqa: T201


@pytest.fixture
def server(start: Start) -> ReloadServer:
    """A server whose app answers ``first``."""
    return start()
