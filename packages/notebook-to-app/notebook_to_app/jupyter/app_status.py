"""The app's status, for all pages of JupyterLab, whose browser cannot reach the app by its name."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from wsgi_hotreload import NotReloadingError, Status, StatusClient, StatusUnavailableError

# A request to the app waits so long for another state.
APP_SECONDS = 30.0
# What loads for longer is reported as loading.
SHORT_LOAD_SECONDS = 0.5
# Until an app that does not run is asked again.
RETRY_SECONDS = 1.0


class StatusFeed:
    """The newest status. The app gets one request at a time, however many pages follow it, and none without a page."""

    def __init__(self, client: StatusClient) -> None:
        self._client = client
        self._status = asdict(Status())
        self._update: asyncio.Task[None] | None = None

    async def reports(self) -> AsyncIterator[dict[str, Any]]:
        """The status as it is now, and then each other one: with the app's service, and its port for a browser."""
        app = {"port": int(os.environ["APP_PORT"]), "service": urlsplit(os.environ["APP_URL"]).hostname}
        await self._ask(0)
        known: dict[str, Any] = {}
        while True:
            if (report := self._status | app) != known:
                known = report
                yield report
            if self._update is None or self._update.done():
                self._update = asyncio.create_task(self._ask(APP_SECONDS))
            # A page that goes away ends its own waiting, and not that of others.
            await asyncio.wait([self._update])

    async def _ask(self, seconds: float) -> None:
        generation, before = self._status["generation"], self._status["state"]
        since = max(self._status["page_files"].values(), default=0.0)
        try:
            status = await _in_thread(lambda: self._client.other_than(generation, before, seconds, since))
            if status.state == "loading" and status.generation:
                status = await _in_thread(lambda: self._client.settled_after(status.generation, SHORT_LOAD_SECONDS))
        except StatusUnavailableError as error:
            state = "without reloads" if isinstance(error, NotReloadingError) else "stopped"
            self._status = asdict(Status()) | {"state": state}
            if before == state and seconds:
                await asyncio.sleep(RETRY_SECONDS)
        else:
            self._status = asdict(status)


async def _in_thread(ask: Callable[[], Status]) -> Status:
    """Wait for the app in a thread that does not keep the server from ending, as those of ``asyncio`` would."""
    status: Future[Status] = Future()
    status.set_running_or_notify_cancel()

    def run() -> None:
        try:
            status.set_result(ask())
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
            status.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(status)
