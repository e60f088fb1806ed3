"""The app's state in JupyterLab's status bar."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from support.editing import Checkout

ROUTES = "routes/general_routes.py"


@pytest.fixture
def state(page: Page, jupyter: str, token: str) -> Locator:
    page.goto(f"{jupyter}/lab?reset&token={token}")
    return page.locator("#jp-main-statusbar .nta-State")


def test_it_follows_each_save_and_turns_red_and_green(state: Locator, source: Checkout) -> None:
    expect(state).to_have_text(re.compile(r"^App: live in \d+ ms$"))
    green = colour(state)

    source.append(ROUTES, "\n1 / 0\n")
    expect(state).to_have_text("App: broken")
    assert colour(state) != green

    source.append(ROUTES, "\n")
    expect(state).to_have_text(re.compile(r"^App: live in \d+ ms$"))
    assert colour(state) == green


def test_a_long_load_shows_that_it_loads(state: Locator, source: Checkout) -> None:
    expect(state).to_contain_text("App: live")
    gate = source.path("go_on")
    source.append(ROUTES, f"\nimport pathlib, time\nwhile not pathlib.Path('{gate}').exists():\n    time.sleep(0.01)\n")
    expect(state).to_have_text("App: loading")

    gate.touch()

    expect(state).to_contain_text("App: live")


def test_a_click_shows_the_routes_and_the_traceback(
    page: Page, state: Locator, source: Checkout, screenshots: Path
) -> None:
    expect(state).to_contain_text("App: live")
    state.click()
    details = page.locator(".nta-Details")
    expect(details.get_by_role("link", name="/demo")).to_have_attribute(
        "href", re.compile(r"^http://localhost:\d+/demo$")
    )
    page.screenshot(path=screenshots / "status-live.png")

    source.append(ROUTES, "\n1 / 0\n")

    expect(details).to_contain_text("App: broken by a save of routes/general_routes.py")
    expect(details).to_contain_text("ZeroDivisionError")
    page.screenshot(path=screenshots / "status-broken.png")


def test_an_idle_page_asks_for_nothing(page: Page, state: Locator) -> None:
    expect(state).to_contain_text("App: live")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    for _ in range(2):  # JupyterLab itself asks each ten seconds
        page.wait_for_event("request", lambda request: "/api/kernels" in request.url)

    assert [url for url in asked if urlsplit(url).path.startswith("/notebook-to-app/") or "content=0" in url] == []


def test_it_is_for_those_alone_who_are_logged_in(page: Page, jupyter: str) -> None:
    response = page.request.get(f"{jupyter}/notebook-to-app/feed")

    assert response.status == 403


@pytest.mark.parametrize(("origin", "status"), [("http://notebooks:8888", 101), ("http://other.example", 403)])
def test_a_page_of_another_site_gets_nothing_of_it(jupyter: str, token: str, origin: str, status: int) -> None:
    """In the browser of somebody who is logged in."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers = upgrade | {"Sec-WebSocket-Key": "bm90IGEgc2VjcmV0IGF0IGFsbA==", "Origin": origin}
    with requests.Session() as browser:
        browser.get(f"{jupyter}/lab?token={token}", timeout=10)

        with browser.get(f"{jupyter}/notebook-to-app/feed", headers=headers, stream=True, timeout=10) as response:
            assert response.status_code == status


def colour(state: Locator) -> str:
    return str(
        state.evaluate(
            "state => getComputedStyle(state, '::before').backgroundColor + getComputedStyle(state).backgroundColor"
        )
    )
