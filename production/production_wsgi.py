"""What gunicorn's workers load: the app, behind its static files, bodies that are whole, and answers to probes."""

import errno
import importlib
import io
import logging
import os
import socket
import sys
import tempfile
import threading
import traceback
from collections.abc import Buffer, Iterable
from pathlib import Path
from typing import Any, NoReturn
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, got_request_exception, has_request_context, request
from gunicorn.arbiter import Arbiter
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, RequestTimeout
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator
from whitenoise import WhiteNoise

WHOLE_IN_HAPROXY = 60_000  # bytes of a body: see tune.bufsize in haproxy.cfg
SLOWEST_BYTES_PER_SECOND = 65_536  # of a larger one, after BODY_SECONDS
FINGERPRINTED = r"[.-][0-9a-f]{8,}\.\w+$"  # bundlers name a file by what is in it: it never changes


def load(factory: str) -> "Front":
    """Make the app by ``module:function``.

    Raises:
        SystemExit: it cannot be made; one worker says why.
    """
    module, _, function = factory.partition(":")
    try:
        app = getattr(importlib.import_module(module), function)()
    except SystemExit as error:  # the app's own sentence about a setting
        _fail(str(error))
    except BaseException as error:  # noqa: BLE001 - whatever it is, there is nothing to serve
        _fail("\n".join(filter(None, [_traceback(error), _advice(error)])))
    if not isinstance(app, Flask):
        _fail(f"{factory} made {app!r}, which is no Flask app.")
    return Front(app)


class Front:
    """WSGI middleware that adds to a Flask app what its development server has, too, or Flask leaves to others."""

    def __init__(self, app: Flask) -> None:
        got_request_exception.connect(_log_advice, app)
        if "socketio" in app.extensions and os.environ["WORKERS"] != "1":
            app.logger.warning(
                "Flask-SocketIO keeps its clients in one process: set WORKERS=1, or let them use WebSockets only."
            )
        rules = list(app.url_map.iter_rules())
        self._probes = {"/livez", "/readyz"} - {rule.rule for rule in rules}
        with app.app_context():
            age = app.get_send_file_max_age(None)
        self._app = WhiteNoise(
            app, max_age=60 if age is None else age, immutable_file_test=FINGERPRINTED, allow_all_origins=False
        )
        for owner, rule in ((app.blueprints.get(rule.endpoint[:-7], app), rule) for rule in rules):
            if rule.endpoint.endswith("static") and owner.static_folder and Path(owner.static_folder).is_dir():
                self._app.add_files(owner.static_folder, rule.rule.partition("<")[0])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = environ.pop("HTTP_X_CLIENT_ADDRESS", "")
        if environ["PATH_INFO"] in self._probes:
            return Response("Ok")(environ, start_response)
        if "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._app(environ, start_response)
        body = Body(environ)
        environ["wsgi.input"] = io.BufferedReader(body, 65_536)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            # HAProxy's word from here, which it keeps to itself.
            return start_response(status, headers if body.is_read else [*headers, ("X-Unread", "1")], *exc_info)

        return ClosingIterator(self._app(environ, start), body.end)


class Body(io.RawIOBase):
    """A body that raises where gunicorn ends one that was cut, or waits for one that is slow."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._input = environ["wsgi.input"]
        self._socket: socket.socket = environ["gunicorn.socket"]
        length = environ.get("CONTENT_LENGTH")
        self._left = int(length or 1)  # of chunks it is not known how many are left
        self._chunked = length is None
        self._count = 0
        self._late = False
        seconds = int(os.environ["BODY_MS"]) / 1000 + int(length or 0) / SLOWEST_BYTES_PER_SECOND
        self._timer = threading.Timer(seconds, self._give_up)
        self._timer.daemon = True
        if self._chunked or self._left > WHOLE_IN_HAPROXY:
            self._timer.start()

    @property
    def is_read(self) -> bool:
        return not self._left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Read what fits.

        Raises:
            ClientDisconnected: the body was cut, or a chunk is malformed (400).
            RequestEntityTooLarge: chunks exceed the app's limit (413).
            RequestTimeout: it was too slow (408).
        """
        view = memoryview(buffer)
        data = self._take(len(view)) if self._left else b""
        self._count += len(data)
        if not self._chunked:
            self._left -= len(data)
        elif not data:
            self._left = 0
        elif self._exceeds_limit():  # Werkzeug would end the body at the limit, as if it were whole
            raise RequestEntityTooLarge
        view[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        try:
            data: bytes = self._input.read(size)
        except (OSError, ParseException):  # gunicorn's, about chunks
            data, whole = b"", False
        else:
            whole = bool(data) or self._chunked
        if not whole:
            raise RequestTimeout if self._late else ClientDisconnected
        return data

    def _exceeds_limit(self) -> bool:
        limit = request.max_content_length if has_request_context() else None
        return limit is not None and (self._count > limit or (self._count == limit and bool(self._take(1))))

    def _give_up(self) -> None:
        self._late = True
        self._socket.shutdown(socket.SHUT_RD)

    def end(self) -> None:
        """After the response. What was not read is not waited for, by a thread that others need."""
        self._timer.cancel()
        if self._left:
            self._socket.shutdown(socket.SHUT_RDWR)


class RequestIdFilter(logging.Filter):
    """Gives each log record the id of its request, which is in HAProxy's log, too."""

    def filter(self, record: logging.LogRecord) -> bool:
        if has_request_context():
            record.request_id = request.headers.get("X-Request-ID")
        return True


def _fail(message: str) -> NoReturn:
    try:
        Path(os.environ["RUN_DIRECTORY"], "failed").touch(exist_ok=False)
    except FileExistsError:
        pass  # another worker said it
    else:
        print(message, file=sys.stderr, flush=True)
    sys.exit(Arbiter.APP_LOAD_ERROR)


def _traceback(error: BaseException) -> str:
    """Without the way to the app: this file and the import system."""
    summary = traceback.TracebackException.from_exception(error)
    ours = (__file__, importlib.__file__, "<frozen importlib")
    summary.stack[:] = [frame for frame in summary.stack if not frame.filename.startswith(ours)]
    return "".join(summary.format()).rstrip()


def _advice(error: BaseException) -> str:
    folder = tempfile.gettempdir()
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOSPC:
        return f"No space is left. {folder} is small: mount a larger folder there, or name it by TMPDIR."
    if number in (errno.EROFS, errno.EACCES) or "unable to open database file" in str(error):
        return f"Only {folder} can be written to, and it ends with the container: write there, or to a volume."
    return ""


def _log_advice(app: Flask, exception: BaseException) -> None:
    if advice := _advice(exception):
        app.logger.error("%s", advice)
