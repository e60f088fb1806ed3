"""JupyterLab as a person uses it, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from support.editing import Checkout

FIRST_NOTEBOOK = "/lab/tree/notebooks/testing/first_function.ipynb"
SCREENSHOTS = Path("/workspace/tests/screenshots")
# The machine may be busy; JupyterLab starts in seconds.
TIMEOUT_MILLISECONDS = 60_000


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        # The container, without any capability, is the sandbox; the browser's own needs some.
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", chromium_sandbox=False)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(TIMEOUT_MILLISECONDS)
        expect.set_options(timeout=TIMEOUT_MILLISECONDS)
        yield page
        browser.close()


def test_the_printed_link_opens_the_first_notebook_and_it_runs(
    page: Page, jupyter: str, token: str, source: Checkout
) -> None:
    source.path("functions/first_function.py")

    page.goto(f"{jupyter}{FIRST_NOTEBOOK}?reset&token={token}")
    # Before a kernel exists JupyterLab says idle too, but names none.
    expect(page.locator(".jp-StatusBar-Left")).to_contain_text("Python 3 (ipykernel) | Idle")
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()

    output = page.locator(".jp-OutputArea-output")
    expect(output.filter(has_text="'Ok'")).to_have_count(1)
    expect(output.filter(has_text="404")).to_have_count(1)
    expect(page.locator(".jp-DirListing-content")).to_contain_text("first_function.ipynb")
    page.locator(".jp-Notebook").evaluate("notebook => notebook.scrollTo(0, 0)")
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "first_function.png")


def test_both_mounted_folders_are_shown(page: Page, jupyter: str, token: str) -> None:
    page.goto(f"{jupyter}/lab?reset&token={token}")

    page.locator(".jp-BreadCrumbs-home").click()

    expect(page.locator(".jp-DirListing-itemText")).to_have_text(["notebooks", "worker-node"])


def test_without_the_token_the_browser_is_asked_for_it(page: Page, jupyter: str) -> None:
    page.goto(f"{jupyter}{FIRST_NOTEBOOK}")

    expect(page.locator("#password_input")).to_be_visible()


def test_once_logged_in_the_browser_needs_no_token(page: Page, jupyter: str, token: str) -> None:
    page.goto(f"{jupyter}/lab?token={token}")
    expect(page.locator("#jp-main-dock-panel")).to_be_visible()

    page.goto(f"{jupyter}/lab")

    expect(page.locator("#jp-main-dock-panel")).to_be_visible()
