"""What is being served, for tools: JSON under a reserved path, which can wait for the next reload.

``GET /__hotreload__`` responds at once, ``GET /__hotreload__?after=7`` as soon as a generation
later than the 7th is live or broken, or else after 30 seconds (``&timeout=`` sets another number).
``&state=live`` ends the waiting as soon as the state is another than this, too, and ``&since=1234.5`` when a template
or static file was changed after that time.
"""

import json
import math
import threading
from collections.abc import Iterable
from dataclasses import asdict, replace

from werkzeug.wrappers import Request, Response

from wsgi_hotreload.loading import StartResponse, WSGIEnvironment
from wsgi_hotreload.status.model import Status

DEFAULT_TIMEOUT_SECONDS = 30.0


class StatusBoard:
    """The newest status, which any thread may read and wait for."""

    def __init__(self) -> None:
        self._published = threading.Condition()
        self.status = Status()
        self._is_closed = False

    def publish(self, **changes: object) -> None:
        with self._published:
            self.status = replace(self.status, **changes)  # type: ignore[arg-type]
            self._published.notify_all()

    def wait_after(self, generation: int, timeout: float, state: str | None, since: float) -> Status:
        """The first settled status later than a generation, or the newest one after ``timeout`` seconds.

        With a ``state``, one that differs from it in generation or state, settled or not. Or the first one in which a
        page's file was changed after a time.
        """
        with self._published:
            self._published.wait_for(lambda: self._is_news(generation, state, since) or self._is_closed, timeout)
            return self.status

    def close(self) -> None:
        """Have nobody wait any more."""
        with self._published:
            self._is_closed = True
            self._published.notify_all()

    def _is_news(self, generation: int, state: str | None, since: float) -> bool:
        status = self.status
        if any(at > since for at in status.page_files.values()):
            return True
        if state:
            return (status.generation, status.state) != (generation, state)
        return status.generation > generation and status.state != "loading"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond as a WSGI app."""
        arguments = Request(environ).args
        status = self.status
        if "after" in arguments:
            timeout = arguments.get("timeout", DEFAULT_TIMEOUT_SECONDS, type=float)
            since = arguments.get("since", math.inf, type=float)
            generation = arguments.get("after", 0, type=int)
            status = self.wait_after(generation, timeout, arguments.get("state"), since)
        return Response(json.dumps(asdict(status)), mimetype="application/json")(environ, start_response)
