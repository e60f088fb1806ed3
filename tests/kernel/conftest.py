"""A copy of the app, and kernels on it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.kernel import Kernel, running_kernel
from support.reloading import DEVTOOLS

WORKER_NODE = DEVTOOLS.parent / "worker-node"

# Starts a kernel on the copy, with these variables of the environment.
StartKernel = Callable[..., Kernel]


@pytest.fixture
def app_source(tmp_path: Path) -> Path:
    folder = tmp_path / "worker-node"
    shutil.copytree(WORKER_NODE, folder, ignore=shutil.ignore_patterns("__pycache__", "venv", "tests"))
    return folder


@pytest.fixture
def start_kernel(app_source: Path, tmp_path: Path) -> Iterator[StartKernel]:
    with ExitStack() as kernels:

        def start_kernel(**environment: str) -> Kernel:
            own = {"ENVIRONMENT": "DEV", "WORKER_NODE_URL": "http://worker-node:7500"}
            return kernels.enter_context(running_kernel(tmp_path / "kernel", app_source, **own | environment))

        yield start_kernel
