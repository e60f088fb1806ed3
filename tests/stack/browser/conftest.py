"""A real browser, in a light and in a dark one's room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

# The machine may be busy; JupyterLab starts in seconds.
TIMEOUT_MILLISECONDS = 60_000


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # The container, without any capability, is the sandbox; the browser's own needs some.
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", chromium_sandbox=False)
        expect.set_options(timeout=TIMEOUT_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    return page


@pytest.fixture
def screenshots() -> Path:
    """A folder for what is looked at by people."""
    folder = Path("/workspace/tests/screenshots")
    folder.mkdir(exist_ok=True)
    return folder
