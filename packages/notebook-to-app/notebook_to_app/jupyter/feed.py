"""A Jupyter server extension: what a page of JupyterLab follows, pushed over one WebSocket.

It gets ``{"status": …}``, and what it asks for: after ``{"files": [path, …]}``, a ``{"file": path}`` for each of them,
and again when that has changed on disk; after ``{"log": true}``, ``{"log": {"text": …, "begins": …}}``.
"""

import asyncio
import json
import os
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from notebook_to_app.jupyter.app_log import LogReader
from notebook_to_app.jupyter.app_status import StatusFeed
from wsgi_hotreload import StatusClient

# Between two looks at the files that a page has open, and at the log while a page shows it.
FILES_SECONDS = 1.0
LOG_SECONDS = 0.25


def _load_jupyter_server_extension(server: ServerApp) -> None:
    status = StatusFeed(StatusClient(os.environ["APP_URL"]))
    path = url_path_join(server.web_app.settings["base_url"], "notebook-to-app/feed")
    options = {"status": status, "log_path": Path(os.environ.get("APP_LOG", os.devnull))}
    server.web_app.add_handlers(".*$", [(path, FeedHandler, options)])  # type: ignore[no-untyped-call]


class FeedHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """``…/feed``, for one page."""

    def initialize(self, status: StatusFeed, log_path: Path) -> None:
        super().initialize()
        self._status = status
        self._log_path = log_path
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @ws_authenticated
    async def get(self) -> None:
        await super().get()

    def open(self) -> None:
        super().open()
        self._follow("status", self._send_status())

    def on_message(self, message: str | bytes) -> None:
        match json.loads(message):
            case {"files": [*paths]}:
                self._follow("files", self._send_files(paths))
            case {"log": True}:
                self._follow("log", self._send_log())
            case {"log": False}:
                self._stop("log")

    def on_close(self) -> None:
        for what in list(self._tasks):
            self._stop(what)

    def _follow(self, what: str, sending: Coroutine[Any, Any, None]) -> None:
        self._stop(what)
        self._tasks[what] = asyncio.create_task(sending)

    def _stop(self, what: str) -> None:
        if task := self._tasks.pop(what, None):
            task.cancel()

    async def _send_status(self) -> None:
        async for status in self._status.reports():
            await self._send(status=status)

    async def _send_files(self, paths: list[str]) -> None:
        known: dict[str, object] = {}
        while True:
            for path in paths:
                modified = await self._modified(path)
                if path not in known or known[path] != modified:
                    known[path] = modified
                    await self._send(file=path)
            await asyncio.sleep(FILES_SECONDS)

    async def _modified(self, path: str) -> object:
        """When a file was changed last; None if it is gone."""
        with suppress(HTTPError):
            model = await ensure_async(self.contents_manager.get(path, content=False))  # type: ignore[no-untyped-call]
            return model["last_modified"]
        return None

    async def _send_log(self) -> None:
        reader = LogReader(self._log_path)
        while True:
            if lines := reader.news():
                await self._send(log=asdict(lines))
            await asyncio.sleep(LOG_SECONDS)

    async def _send(self, **message: object) -> None:
        with suppress(WebSocketClosedError):  # on_close() comes next
            await self.write_message(json.dumps(message))
