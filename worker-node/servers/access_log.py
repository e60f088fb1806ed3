"""One log line for each request that was answered."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wsgi import ClosingIterator

from servers.response_headers import ResponseHeaders

log = logging.getLogger("servers.access")

# Probes that find all well come every few seconds, for ever.
PROBES = frozenset({"/livez", "/readyz"})
# A line of at most 4 KB is written in one piece, also where several processes write: see pipe(7).
LONGEST_VALUE = 1000


class AccessLog:
    """WSGI middleware that tells what was asked, what was answered, and how long it took.

    Query strings are left out: they carry what must not be kept, tokens and search terms.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        status = 500  # where the app raises before it answers, this is what granian answers

        def start(line: str, headers: ResponseHeaders, exc_info: Any = None, /) -> Callable[[bytes], object]:  # noqa: ANN401 - as in PEP 3333
            nonlocal status
            status = int(line.split(" ", 1)[0])
            return start_response(line, headers, exc_info)

        def answered() -> None:
            _write(environ, status, time.perf_counter() - began)

        try:
            answer = self._app(environ, start)
        except BaseException:
            answered()
            raise
        return ClosingIterator(answer, answered)


def _write(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    path = environ["PATH_INFO"]
    if status == 200 and path in PROBES:  # noqa: PLR2004 - OK
        return
    log.info(
        "%s %s %d",
        environ["REQUEST_METHOD"][:LONGEST_VALUE],
        path[:LONGEST_VALUE],
        status,
        extra={
            "method": environ["REQUEST_METHOD"][:LONGEST_VALUE],
            "path": path[:LONGEST_VALUE],
            "status": status,
            "milliseconds": round(seconds * 1000, 3),
            "client": environ.get("REMOTE_ADDR", ""),
            "user_agent": environ.get("HTTP_USER_AGENT", "")[:LONGEST_VALUE],
        },
    )
