"""A real browser, in a light and in a dark one's room."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright

from support.editing import Checkout

# The machine may be busy; JupyterLab starts in seconds.
TIMEOUT_MILLISECONDS = 60_000
APP = Path("/workspace/worker-node")
NOTEBOOK = Path("/workspace/notebooks/testing/notebook_of_a_test.ipynb")
# Where a person's browser reaches the app, and this one too.
PUBLISHED = f"localhost:{os.environ['APP_PORT']}"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all: each page has its own cookies and storage."""
    with sync_playwright() as playwright:
        # The container, without any capability, is the sandbox; the browser's own needs some.
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium-headless-shell",
            chromium_sandbox=False,
            args=[f"--host-resolver-rules=MAP {PUBLISHED} {urlsplit(os.environ['APP_URL']).netloc}"],
        )
        expect.set_options(timeout=TIMEOUT_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    yield page
    page.close()


@pytest.fixture
def empty_notebook(jupyter: str, token: str) -> Iterator[str]:
    """The address of a notebook with an empty cell, with what is needed to log in."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()], metadata=metadata), NOTEBOOK)
    yield f"{jupyter}/lab/tree/notebooks/testing/{NOTEBOOK.name}?reset&token={token}"
    NOTEBOOK.unlink()
    authorized = {"Authorization": f"token {token}"}
    for session in requests.get(f"{jupyter}/api/sessions", headers=authorized, timeout=10).json():
        if session["name"] == NOTEBOOK.name:
            requests.delete(f"{jupyter}/api/sessions/{session['id']}", headers=authorized, timeout=10)


@pytest.fixture
def screenshots() -> Path:
    """A folder for what is looked at by people."""
    folder = Path("/workspace/tests/screenshots")
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def _page_folders() -> Iterator[None]:
    """Those of templates and static files, which the app may have already."""
    made = [folder for name in ("templates", "static") if not (folder := APP / name).exists()]
    for folder in made:
        folder.mkdir()
    yield
    for folder in made:
        folder.rmdir()


@pytest.fixture
def notebook(empty_notebook: str, source: Checkout) -> str:
    """The same, for cells that bring into these modules."""
    source.path("functions/loop_of_a_test.py")
    source.path("routes/general_routes.py")
    return empty_notebook
