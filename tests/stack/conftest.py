"""What tests inside of the network share: the live services, and the mounted checkout."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from support.editing import Checkout, edited
from support.waiting import wait_for

WORKSPACE = Path("/workspace")
JUPYTER_STATE = Path("/run/jupyter")


@pytest.fixture(scope="session", autouse=True)
def _put_back_on_stop() -> None:
    """``docker stop`` is SIGTERM: unwind as on Ctrl-C, so that edited files are put back."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def app_url() -> str:
    """The app's address for other containers."""
    return os.environ["APP_URL"]


@pytest.fixture(scope="session")
def jupyter() -> str:
    """JupyterLab's address for other containers."""
    return "http://notebooks:8888"


@pytest.fixture(scope="session")
def token() -> str:
    """The token of the link that the notebooks container prints."""
    return (JUPYTER_STATE / "token").read_text()


@pytest.fixture
def source(app_url: str) -> Iterator[Checkout]:
    """The app's source as the person edits it; afterwards it and the running app are as before."""
    with edited(WORKSPACE / "worker-node") as checkout:
        yield checkout
    wait_for("the app as it was", lambda: requests.get(f"{app_url}/demo", timeout=10).text == "Ok")
