"""The app's log beside the notebook, as ``docker compose logs`` shows it."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from support.editing import Checkout
from support.waiting import wait_for

ROUTES = "routes/general_routes.py"
PRINTING = """

@general.get("/{name}")
def printing_of_a_test() -> str:
    import subprocess

    print("\\x1b[31mprinted <b>by</b> {name}\\x1b[0m")
    subprocess.run(["echo", "by a program of {name}"])
    return str(1 / 0)
"""


class Printing:
    """A route that prints, unlike that of any test before, whose lines are in the log, too."""

    def __init__(self, app_url: str) -> None:
        self.name = f"printing-{uuid4().hex}"
        self.source = PRINTING.format(name=self.name)
        self._url = f"{app_url}/{self.name}"

    def ask(self) -> None:
        """Once, when the route is served."""
        wait_for("the route", lambda: requests.get(self._url, timeout=10).status_code == 500)


@pytest.fixture
def printing(app_url: str) -> Printing:
    return Printing(app_url)


@pytest.fixture
def printed_before(app_url: str) -> str:
    """What the app has printed before the panel is opened."""
    path = f"/of-a-test-{uuid4().hex}"
    requests.get(f"{app_url}{path}", timeout=10)
    return f"GET {path}"


@pytest.fixture
def log(page: Page, jupyter: str, token: str, printed_before: str) -> Locator:  # noqa: ARG001 - before it is opened
    """The panel, opened from the status bar."""
    page.goto(f"{jupyter}/lab?reset&token={token}")
    show(page)
    return page.locator(".nta-Log")


def show(page: Page) -> None:
    page.locator("#jp-main-statusbar .nta-State").click()
    page.locator(".nta-Details").get_by_role("button", name="Log").click()


def test_it_begins_with_what_was_printed_before_and_follows(
    log: Locator, printed_before: str, printing: Printing, source: Checkout, screenshots: Path
) -> None:
    expect(log).to_contain_text(printed_before)

    source.append(ROUTES, printing.source)
    expect(log).to_contain_text(re.compile(r"Live in \d+ ms, routes/general_routes.py"))

    printing.ask()
    expect(log).to_contain_text(f"by a program of {printing.name}")
    expect(log).to_contain_text("ZeroDivisionError: division by zero")
    printed = log.locator(".ansi-red-fg", has_text=f"printed <b>by</b> {printing.name}")
    expect(printed).to_have_count(1)
    expect(printed).to_be_in_viewport()
    log.page.screenshot(path=screenshots / "log.png")


def test_cleared_or_closed_it_goes_on_and_shown_again_it_has_all_of_it(
    page: Page, log: Locator, printed_before: str, printing: Printing, source: Checkout
) -> None:
    source.append(ROUTES, printing.source)
    printing.ask()
    expect(log).to_contain_text(f'"GET /{printing.name} HTTP/1.1" 500')
    page.locator("#notebook-to-app-log .jp-Toolbar").get_by_title("Clear").click()
    expect(log).to_have_text("")
    printing.ask()
    expect(log).to_contain_text(f"by a program of {printing.name}")
    expect(log).not_to_contain_text(printed_before)

    page.locator(".lm-TabBar-tab", has_text="Log of the App").locator(".lm-TabBar-tabCloseIcon").click()
    expect(log).to_have_count(0)
    show(page)

    expect(log).to_contain_text(printed_before)
    expect(log).to_contain_text(f"by a program of {printing.name}")
