from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload_support.large_app import APP as LARGE_APP
from hotreload_support.large_app import STABLE, TRACE, StartLarge
from hotreload_support.server import APP, ReloadServer, Start, serve_app


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, for the other processes not to wait for it in the end."""
    items.sort(key=lambda item: item.path.name != "test_torture.py")


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
def start_large(start: Start, tmp_path: Path) -> StartLarge:
    def start_large(prelude: str = "", **modules: str) -> ReloadServer:
        texts = dict.fromkeys(STABLE, TRACE.format(path=str(tmp_path / "runs"))) | modules
        (tmp_path / "source/parts").mkdir(parents=True)
        for name, text in texts.items():
            (tmp_path / f"source/parts/{name}.py").write_text(text)
        return start(LARGE_APP.format(prelude=prelude, names=list(texts)))

    return start_large


@pytest.fixture
def server(start: Start) -> ReloadServer:
    """A server whose app answers ``first``."""
    return start()
