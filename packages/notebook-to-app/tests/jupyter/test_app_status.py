"""The app's status as pages of JupyterLab get it: new states at once, whatever happens to the app."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hotreload_support.server import APP, ReloadServer
from notebook_to_app.jupyter.app_status import StatusFeed
from wsgi_hotreload import Status, StatusClient

# Longer than anything here takes.
SECONDS = 30.0


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_PORT", "17500")
    monkeypatch.setenv("APP_URL", "http://orders:7500")


@pytest.fixture
def server(serve: Callable[[str], ReloadServer]) -> ReloadServer:
    server = serve(APP.format("first"))
    server.status()
    return server


def feed_of(server: ReloadServer) -> StatusFeed:
    return StatusFeed(StatusClient(server.url))


Reports = AsyncIterator[dict[str, Any]]


async def first_with(reports: Reports, state: str) -> dict[str, Any]:
    """The first report of a state, as a page gets it that follows."""
    async with asyncio.timeout(SECONDS):
        while (report := await anext(reports))["state"] != state:
            pass
    return report


async def following(feed: StatusFeed) -> Reports:
    """What a page gets from now on, that has got that the app is live."""
    reports = feed.reports()
    await first_with(reports, "live")
    return reports


def test_a_page_first_gets_the_status_and_the_port_of_the_browser(server: ReloadServer) -> None:
    report = asyncio.run(first_with(feed_of(server).reports(), "live"))

    assert report["port"] == 17500
    assert report["service"] == "orders"
    assert [route["rule"] for route in report["routes"]] == ["/static/<path:filename>", "/"]


def test_all_pages_get_the_next_status(server: ReloadServer) -> None:
    async def scenario() -> list[dict[str, Any]]:
        feed = feed_of(server)
        pages = [await following(feed) for _ in range(3)]
        server.write("1 / 0")
        return await asyncio.gather(*(first_with(page, "broken") for page in pages))

    reports = asyncio.run(scenario())

    assert len(reports) == 3
    assert all("ZeroDivisionError" in report["error"] for report in reports)


def test_what_takes_long_to_load_is_reported_as_loading(server: ReloadServer, tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.01)\n"

    async def scenario() -> None:
        page = await following(feed_of(server))
        server.write(wait + APP.format("second"))
        await first_with(page, "loading")
        go_on.touch()
        await first_with(page, "live")

    asyncio.run(scenario())


def test_an_app_that_is_stopped_is_reported_at_once(server: ReloadServer) -> None:
    async def scenario() -> None:
        page = await following(feed_of(server))
        await asyncio.to_thread(server.stop)
        await first_with(page, "stopped")

    asyncio.run(scenario())


@pytest.mark.parametrize("name", ["templates/page.html", "static/css/page.css", "shop/templates/shop.html"])
def test_a_save_of_what_pages_show_is_reported_too(server: ReloadServer, name: str) -> None:
    server.write("before", name)

    async def scenario() -> None:
        reports = feed_of(server).reports()
        before = await first_with(reports, "live")
        server.write("afterwards", name)
        assert (await first_with(reports, "live"))["page_files"] != before["page_files"]

    asyncio.run(scenario())


def test_what_the_app_writes_for_itself_is_not(server: ReloadServer) -> None:
    async def scenario() -> None:
        page = await following(feed_of(server))
        server.write("", "data/orders.db")
        assert await is_silent(page, 1.0)

    asyncio.run(scenario())


def test_while_nothing_happens_the_app_is_asked_once_however_many_pages_are_open(server: ReloadServer) -> None:
    client = CountingClient(server.url)

    async def scenario() -> None:
        feed = StatusFeed(client)
        pages = [await following(feed) for _ in range(3)]
        asked = client.asked
        assert all(await asyncio.gather(*(is_silent(page, 3) for page in pages)))
        assert client.asked <= asked + 1

    asyncio.run(scenario())


async def is_silent(page: Reports, seconds: float) -> bool:
    report = asyncio.ensure_future(anext(page))
    done, _ = await asyncio.wait([report], timeout=seconds)
    report.cancel()
    return not done


class CountingClient(StatusClient):
    asked = 0

    def other_than(self, generation: int, state: str, timeout: float, since: float = math.inf) -> Status:
        self.asked += 1
        return super().other_than(generation, state, timeout, since)
