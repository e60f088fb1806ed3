"""A copy of the app, served by a real development server, and a real kernel beside it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer
from notebook_support.kernel import Kernel, running_kernel

APP = Path(__file__).parents[1] / "app"


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReloadServer]:
    """The server of a copy of the app."""
    folder = tmp_path_factory.mktemp("app")
    source = folder / "worker-node"
    shutil.copytree(APP, source, ignore=shutil.ignore_patterns("__pycache__"))
    server = ReloadServer(source, folder / "log", ENVIRONMENT="DEV")
    server.status()
    server.settled_after(0)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kernel(app: ReloadServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel for tests that each bring into a module of their own."""
    with running_kernel(tmp_path_factory.mktemp("kernel"), app.folder, APP_URL=app.url, APP_PORT="17500") as kernel:
        yield kernel
