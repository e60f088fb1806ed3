"""The app's status as pages of JupyterLab get it: new states at once, whatever happens to the app."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotreload_support.server import APP, ReloadServer
from notebook_to_app.jupyter.app_status import StatusFeed
from notebook_to_app.jupyter.page_files import PageFiles
from wsgi_hotreload import StatusClient

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
    return StatusFeed(StatusClient(server.url), PageFiles(server.folder))


async def first_with(feed: StatusFeed, state: str, version: str = "") -> dict[str, Any]:
    """The first report of a state, as a page gets it that asks on and on."""
    report = await feed.report_other_than(version, SECONDS)
    while report["state"] != state:
        report = await feed.report_other_than(report["version"], SECONDS)
    return report


def test_a_page_that_knows_nothing_gets_the_status_and_the_port_of_the_browser(server: ReloadServer) -> None:
    report = asyncio.run(first_with(feed_of(server), "live"))

    assert report["port"] == 17500
    assert report["service"] == "orders"
    assert [route["rule"] for route in report["routes"]] == ["/static/<path:filename>", "/"]


def test_pages_that_wait_all_get_the_next_status(server: ReloadServer) -> None:
    async def scenario() -> list[dict[str, Any]]:
        feed = feed_of(server)
        before = await first_with(feed, "live")
        pages = [asyncio.create_task(first_with(feed, "broken", before["version"])) for _ in range(3)]
        await asyncio.sleep(0)  # they wait from now on
        await asyncio.to_thread(server.write, "1 / 0")
        return [await page for page in pages]

    reports = asyncio.run(scenario())

    assert len(reports) == 3
    assert all("ZeroDivisionError" in report["error"] for report in reports)


def test_what_takes_long_to_load_is_reported_as_loading(server: ReloadServer, tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.01)\n"

    async def scenario() -> None:
        feed = feed_of(server)
        await first_with(feed, "live")
        server.write(wait + APP.format("second"))
        loading = await first_with(feed, "loading")
        go_on.touch()
        await first_with(feed, "live", loading["version"])

    asyncio.run(asyncio.wait_for(scenario(), SECONDS))


def test_an_app_that_is_stopped_is_reported_at_once(server: ReloadServer) -> None:
    async def scenario() -> str:
        feed = feed_of(server)
        before = await first_with(feed, "live")
        page = asyncio.create_task(feed.report_other_than(before["version"], SECONDS))
        await asyncio.to_thread(server.stop)
        return str((await page)["state"])

    assert asyncio.run(scenario()) == "stopped"


@pytest.mark.parametrize("name", ["templates/page.html", "static/css/page.css", "shop/templates/shop.html"])
def test_a_save_of_what_pages_show_is_reported_too(server: ReloadServer, name: str) -> None:
    server.write("before", name)

    async def scenario() -> None:
        feed = feed_of(server)
        before = await first_with(feed, "live")
        page = asyncio.create_task(feed.report_other_than(before["version"], SECONDS))
        server.write("afterwards", name)
        assert (await page)["page_files"] != before["page_files"]

    asyncio.run(scenario())


def test_what_the_app_writes_for_itself_is_not(server: ReloadServer) -> None:
    async def scenario() -> None:
        feed = feed_of(server)
        before = await first_with(feed, "live")
        server.write("", "data/orders.db")
        assert await feed.report_other_than(before["version"], 1) == before

    asyncio.run(scenario())


def test_a_page_that_has_waited_long_enough_gets_what_it_had(server: ReloadServer) -> None:
    async def scenario() -> None:
        feed = feed_of(server)
        before = await first_with(feed, "live")
        started = time.monotonic()
        assert await feed.report_other_than(before["version"], 0.1) == before
        assert time.monotonic() - started >= 0.1

    asyncio.run(scenario())
