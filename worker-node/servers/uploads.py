"""Bodies of requests: complete, in time, and without taking all threads.

granian hands a body that ended early, or whose chunks were broken, to the app as if it were
complete, and waits for the rest of a slow one without an end. So reads go through here.
"""

import io
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import ClientDisconnected, LengthRequired, RequestTimeout, ServiceUnavailable

from servers.response_headers import ResponseHeaders, changing_headers, replaced

PIECE_BYTES = 65536
# How long a read waits for others to be done: where nobody is slow, they are in no time.
WAIT_FOR_OTHERS_SECONDS = 0.1


class Input(Protocol):
    """What granian offers as ``wsgi.input``, of which only this works as PEP 3333 says."""

    def read(self, size: int, /) -> bytes: ...


class Uploads:
    """WSGI middleware that reads bodies in threads of its own, so that it can give up on one.

    ``at_once`` bodies of a worker are read at a time, each for at most ``seconds``.
    """

    def __init__(self, app: WSGIApplication, at_once: int, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._readers = ThreadPoolExecutor(at_once, thread_name_prefix="upload")
        self._free = BoundedSemaphore(at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ:
            # Whether all chunks have come cannot be seen from here, so that none is let in.
            refusal = LengthRequired("Send the body with a Content-Length, not in chunks.")
            return refusal(environ, changing_headers(start_response, _closing))
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if not length:
            return self._app(environ, start_response)

        body = Body(environ["wsgi.input"], length, self._seconds, self._readers, self._free)
        environ["wsgi.input"] = io.BufferedReader(body, PIECE_BYTES)
        environ["wsgi.input_terminated"] = False

        def close_if_unread(headers: ResponseHeaders) -> ResponseHeaders:
            return _closing(headers) if body.left else headers

        return self._app(environ, changing_headers(start_response, close_if_unread))


def _closing(headers: ResponseHeaders) -> ResponseHeaders:
    return replaced(headers, "Connection", "close")


class Body(io.RawIOBase):
    """The body of one request, of which ``left`` bytes were not read yet."""

    def __init__(
        self, source: Input, length: int, seconds: float, readers: ThreadPoolExecutor, free: BoundedSemaphore
    ) -> None:
        self.left = length
        self._source = source
        self._seconds = seconds
        self._readers = readers
        self._free = free
        self._deadline: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - any writable buffer
        """Read what fits, or what is left of the body if that is less.

        Raises:
            ClientDisconnected: the body ended before its Content-Length (400).
            RequestTimeout: it did not come in time (408).
            ServiceUnavailable: too many others are being waited for (503).
        """
        size = min(len(buffer), self.left)
        if not size:
            return 0
        data = self._read(size)
        if not data:
            raise ClientDisconnected("The body ended before its Content-Length.")
        self.left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        now = time.monotonic()
        self._deadline = self._deadline or now + self._seconds
        if not self._free.acquire(timeout=WAIT_FOR_OTHERS_SECONDS):
            raise ServiceUnavailable("Too many uploads at once are slow: try again later.", retry_after=1)
        pending: Future[bytes] = self._readers.submit(self._source.read, size)
        # The place is taken as long as the reader is, also when nobody waits for it any more.
        pending.add_done_callback(lambda _: self._free.release())
        try:
            return pending.result(max(0.0, self._deadline - now))
        except TimeoutError:
            raise RequestTimeout(f"The body did not come within {self._seconds:g} s.") from None
