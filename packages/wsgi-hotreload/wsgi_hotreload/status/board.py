"""What is being served, for tools: JSON under a reserved path, which can wait for the next reload.

``GET /__hotreload__`` responds at once, ``GET /__hotreload__?after=7`` as soon as a generation
later than the 7th is live or broken, or else after 30 seconds (``&timeout=`` sets another number).
``&state=live`` ends the waiting as soon as the state is another than this, too.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from wsgi_hotreload.status.model import Status

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DEFAULT_TIMEOUT_SECONDS = 30.0


class StatusBoard:
    """The newest status, which any thread may read and wait for."""

    def __init__(self) -> None:
        self._published = threading.Condition()
        self._status = Status()

    @property
    def status(self) -> Status:
        return self._status

    def publish(self, **changes: object) -> None:
        with self._published:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]
            self._published.notify_all()

    def wait_after(self, generation: int, timeout: float, state: str | None = None) -> Status:
        """The first settled status later than a generation, or the newest one after ``timeout`` seconds.

        With a ``state``, one that differs from it in generation or state, settled or not.
        """
        deadline = time.monotonic() + timeout
        with self._published:
            while self._must_wait(generation, state):
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._published.wait(remaining)
            return self._status

    def _must_wait(self, generation: int, state: str | None) -> bool:
        status = self._status
        if state:
            return (status.generation, status.state) == (generation, state)
        return status.generation <= generation or status.state == "loading"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond as a WSGI app."""
        arguments = Request(environ).args
        status = self._status
        if "after" in arguments:
            timeout = arguments.get("timeout", DEFAULT_TIMEOUT_SECONDS, type=float)
            status = self.wait_after(arguments.get("after", 0, type=int), timeout, arguments.get("state"))
        return Response(json.dumps(asdict(status)), mimetype="application/json")(environ, start_response)
