"""What tests of all parts share: a source, kernels on it, and apps that are served."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer, serve_app
from notebook_support.kernel import Kernel, StartKernel, running_kernel

APP = Path(__file__).parent / "app"


@pytest.fixture
def app_source(tmp_path: Path) -> Path:
    folder = tmp_path / "worker-node"
    shutil.copytree(APP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def start_kernel(app_source: Path, tmp_path: Path) -> Iterator[StartKernel]:
    with ExitStack() as kernels:

        def start_kernel(**environment: str) -> Kernel:
            own = {"ENVIRONMENT": "DEV", "APP_URL": "http://worker-node:7500"}
            return kernels.enter_context(running_kernel(tmp_path / "kernel", app_source, **own | environment))

        yield start_kernel


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], ReloadServer]]:
    """Serve the text of an ``app.py`` by a development server."""
    servers = []

    def serve(app: str) -> ReloadServer:
        server = serve_app(tmp_path / "served", tmp_path / "log", app)
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of an app, as the one that is brought into, for tests without a kernel."""
    folder = tmp_path / "worker-node"
    (folder / "functions").mkdir(parents=True)
    (folder / "functions/text.py").write_text("X = 1\n")
    monkeypatch.setenv("APP_SOURCE", str(folder))
    return folder
