"""How each answer goes: what the access log and the metrics have in common."""

import functools
import itertools
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wsgi import ClosingIterator

from servers.response_headers import ResponseHeaders


class Observer:
    """WSGI middleware that sees the beginning and the end of each answer.

    An answer that is there as a whole, as nearly all are, is passed on as a list of one piece: granian
    sends that at once, where it hands over an iterator piece by piece between threads.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def answering(self, environ: WSGIEnvironment, status: int) -> None:
        """The answer begins."""

    def answered(self, environ: WSGIEnvironment, status: int, seconds: float) -> None:
        """It is at its end, so many seconds after the request. Called once for each request, whatever happens."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        status = 500  # where the app raises before it answers, this is what granian answers
        length = None

        def start(line: str, headers: ResponseHeaders, exc_info: Any = None, /) -> Callable[[bytes], object]:  # noqa: ANN401 - as in PEP 3333
            nonlocal status, length
            status = int(line[:3])
            for name, value in headers:
                if name == "Content-Length":
                    length = int(value)
            self.answering(environ, status)
            return start_response(line, headers, exc_info)

        def end() -> None:
            self.answered(environ, status, time.perf_counter() - began)

        try:
            answer = self._app(environ, start)
        except BaseException:
            end()
            raise
        if length is None:
            return ClosingIterator(answer, end)
        try:
            pieces = iter(answer)
            first = next(pieces, b"")
        except BaseException:
            _close(answer, end)
            raise
        if len(first) == length:
            _close(answer, end)
            return [first]
        return ClosingIterator(itertools.chain([first], pieces), functools.partial(_close, answer, end))


def _close(answer: Iterable[bytes], end: Callable[[], None]) -> None:
    """Close an answer as PEP 3333 asks for, whatever comes of it."""
    try:
        if hasattr(answer, "close"):
            answer.close()
    finally:
        end()
