"""A Jupyter server extension: pass the app's status on to the browser, which cannot reach the app by its name."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.base.handlers import APIHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web

from notebook_to_app.jupyter import page_files
from wsgi_hotreload import NotReloadingError, Status, StatusClient, StatusUnavailableError

# A page's request waits so long for something new. Shorter than the time-outs of proxies in between.
PAGE_SECONDS = 20.0
# A request to the app waits so long: what still loads then is reported as loading.
APP_SECONDS = 2.0
# Until an app that does not run is asked again.
RETRY_SECONDS = 1.0


def _load_jupyter_server_extension(server: ServerApp) -> None:
    files = page_files.PageFiles(Path(os.environ["APP_SOURCE"]))
    feed = StatusFeed(StatusClient(os.environ["APP_URL"]), files)
    path = url_path_join(server.web_app.settings["base_url"], "notebook-to-app/status")
    server.web_app.add_handlers(".*$", [(path, StatusHandler, {"feed": feed})])  # type: ignore[no-untyped-call]


class StatusFeed:
    """The newest status. However many pages wait, the app gets one request at a time, and none when no page waits."""

    def __init__(self, client: StatusClient, files: page_files.PageFiles) -> None:
        self._client = client
        self._page_files = files
        self._status = asdict(Status())
        self._update: asyncio.Task[None] | None = None

    async def report_other_than(self, version: str, seconds: float) -> dict[str, Any]:
        """The newest report, as soon as it has another version than this one, or after so many seconds."""
        deadline = asyncio.get_running_loop().time() + seconds
        if not version:
            await self._ask(0)
        while (report := await self._report())["version"] == version and asyncio.get_running_loop().time() < deadline:
            if self._update is None or self._update.done():
                self._update = asyncio.create_task(self._ask(APP_SECONDS))
            # A page that goes away ends its own waiting, and not that of others.
            await asyncio.wait([self._update], timeout=page_files.SECONDS)
        return report

    async def _report(self) -> dict[str, Any]:
        """The status for a page: with the app's service, the port where a browser reaches it, and a version."""
        checksum = await asyncio.to_thread(self._page_files.checksum)
        service = urlsplit(os.environ["APP_URL"]).hostname
        report = self._status | {"page_files": checksum, "port": int(os.environ["APP_PORT"]), "service": service}
        return report | {"version": hashlib.sha256(json.dumps(report).encode()).hexdigest()}

    async def _ask(self, seconds: float) -> None:
        before = self._status["state"]
        try:
            status = await asyncio.to_thread(self._client.settled_after, self._status["generation"], seconds)
        except StatusUnavailableError as error:
            state = "without reloads" if isinstance(error, NotReloadingError) else "stopped"
            self._status = asdict(Status()) | {"state": state}
            if before == state:
                await asyncio.sleep(RETRY_SECONDS)
        else:
            self._status = asdict(status)


class StatusHandler(APIHandler):
    """``GET …/status?version=…`` waits for a status of another version; without a version, it does not wait."""

    def initialize(self, feed: StatusFeed) -> None:
        super().initialize()
        self._feed = feed

    @web.authenticated
    async def get(self) -> None:
        self.finish(await self._feed.report_other_than(self.get_argument("version", ""), PAGE_SECONDS))
