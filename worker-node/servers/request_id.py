"""One id for each request: in the log, in the answer, and for the services that are called next.

``X-Request-ID`` is what nginx, Envoy, Heroku and others call it. What a client sends ends up in logs
and headers, so only a short and plain id is taken over.
"""

import logging
import random
import re
from collections.abc import Iterable
from contextvars import ContextVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from servers.response_headers import changing_headers, replaced

HEADER = "X-Request-ID"
HEADER_IN_ENVIRON = "HTTP_X_REQUEST_ID"
_PLAIN = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def accepted_or_new(sent: str | None) -> str:
    """The id that came with the request if it is short and plain, or else a new one."""
    return sent if sent and _PLAIN.fullmatch(sent) else f"{random.getrandbits(128):032x}"


class RequestId:
    """WSGI middleware that sees to the id of each request. The app finds it among the request's headers."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request_id = environ[HEADER_IN_ENVIRON] = accepted_or_new(environ.get(HEADER_IN_ENVIRON))
        # A thread serves one request at a time, to the end of its answer: the next one replaces the id.
        _current.set(request_id)
        return self._app(environ, changing_headers(start_response, lambda it: replaced(it, HEADER, request_id)))


class RequestIdFilter(logging.Filter):
    """Gives each log record the id of the request in whose thread it was made, if any."""

    def filter(self, record: logging.LogRecord) -> bool:
        if request_id := _current.get():
            record.request_id = request_id
        return True
