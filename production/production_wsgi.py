"""The app as gunicorn's workers load it: with its static files, bodies that are whole, and answers to probes."""

import contextlib
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
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, got_request_exception, has_request_context, request
from gunicorn.arbiter import Arbiter
from gunicorn.http.errors import ParseException
from pythonjsonlogger.json import JsonFormatter
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, RequestTimeout
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator
from whitenoise import WhiteNoise

WHOLE_IN_HAPROXY = 60_000  # bytes of a body: see tune.bufsize in haproxy.cfg
SLOWEST_BYTES_PER_SECOND = 65_536  # of a larger one, after BODY_SECONDS
FINGERPRINT = r"[.-][0-9a-f]{8,}\.\w+$"  # bundlers name a file by its content: it never changes


def load(factory: str) -> "Middleware":
    """Make the app by ``module:function``.

    Raises:
        SystemExit: it cannot be made. The first worker to fail says why.
    """
    module, _, function = factory.partition(":")
    try:
        app = getattr(importlib.import_module(module), function)()
    except SystemExit as error:  # the app's own sentence about a setting
        _fail(str(error))
    except BaseException as error:  # noqa: BLE001 - whatever it is, there is nothing to serve
        trace = traceback.TracebackException.from_exception(error)
        ours = (__file__, importlib.__file__, "<frozen importlib")
        trace.stack[:] = [frame for frame in trace.stack if not frame.filename.startswith(ours)]
        _fail("".join(trace.format()) + _advice(error))
    return Middleware(app) if isinstance(app, Flask) else _fail(f"{factory} made {app!r}, which is no Flask app.")


def _fail(message: str) -> NoReturn:
    folder = Path(os.environ["RUN_DIRECTORY"])
    with contextlib.suppress(FileExistsError):  # then another worker says it
        (folder / "failed").touch(exist_ok=False)
        sys.stderr.write(f"{message.rstrip()}\n")
    # The sign for gunicorn to end, which must not be given by two workers at once. At the start any end is one.
    sys.exit(Arbiter.APP_LOAD_ERROR if (folder / "loaded").exists() else 1)


class Middleware:
    """For what an app leaves to its server."""

    def __init__(self, app: Flask) -> None:
        got_request_exception.connect(_on_exception, app)
        if "socketio" in app.extensions and os.environ["WORKERS"] != "1":
            app.logger.warning(
                "Flask-SocketIO keeps its clients in one process: set WORKERS=1, or let them use WebSockets only."
            )
        rules = list(app.url_map.iter_rules())
        self._probes = {"/livez", "/readyz"} - {rule.rule for rule in rules}
        age = app.config["SEND_FILE_MAX_AGE_DEFAULT"]
        self._app = WhiteNoise(
            app, max_age=60 if age is None else age, immutable_file_test=FINGERPRINT, allow_all_origins=False
        )
        for rule in rules:
            owner = app.blueprints.get(rule.endpoint.removesuffix(".static"), app)
            if rule.endpoint.endswith("static") and owner.static_folder and Path(owner.static_folder).is_dir():
                self._app.add_files(owner.static_folder, rule.rule.partition("<")[0])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = environ.pop("HTTP_X_CLIENT_ADDRESS", "")
        if environ["PATH_INFO"] in self._probes:
            return Response("Ok")(environ, start_response)
        if "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" not in environ:
            response: Iterable[bytes] = self._app(environ, start_response)
            return response
        body = environ["production.body"] = Body(environ)
        environ["wsgi.input"] = io.BufferedReader(body, 65_536)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:  # noqa: ANN401 - as in PEP 3333
            unread = [("X-Unread", "1")] if body.left else []  # HAProxy keeps it to itself, and closes the connection
            return start_response(status, headers + unread, *exc_info)

        return ClosingIterator(self._app(environ, start), body.end)


class Body(io.RawIOBase):
    """A body that raises where gunicorn would end one that was cut, or wait for one that is slow."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        length = environ.get("CONTENT_LENGTH")
        self._input, self._socket = environ["wsgi.input"], environ["gunicorn.socket"]
        self._chunked = length is None
        self.left = int(length or 1)  # of chunks it is not known how many
        self._count = 0
        self._late = False
        self.error: BaseException | None = None
        seconds = int(os.environ["BODY_MS"]) / 1000 + int(length or 0) / SLOWEST_BYTES_PER_SECOND
        self._timer = threading.Timer(seconds, self._give_up)
        self._timer.daemon = True
        if self._chunked or self.left > WHOLE_IN_HAPROXY:
            self._timer.start()

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
        data = self._take(len(view)) if self.left else b""
        self._count += len(data)
        if not self._chunked:
            self.left -= len(data)
        elif not data:
            self.left = 0
        elif self._exceeds_limit():  # Werkzeug would end chunks at the limit, as if they were whole
            self._fail(RequestEntityTooLarge())
        view[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        with contextlib.suppress(OSError, ParseException):  # gunicorn's, about chunks
            data: bytes = self._input.read(size)
            if data or self._chunked:
                return data
        return self._fail(RequestTimeout() if self._late else ClientDisconnected())

    def _exceeds_limit(self) -> bool:
        limit = request.max_content_length if has_request_context() else None
        return limit is not None and (self._count > limit or (self._count == limit and bool(self._take(1))))

    def _fail(self, error: Exception) -> NoReturn:
        self.error = error
        raise error

    def _give_up(self) -> None:
        self._late = True
        self._socket.shutdown(socket.SHUT_RD)

    def end(self) -> None:
        """After the response. No thread waits for what was not read."""
        self._timer.cancel()
        if self.error:  # Flask's frames refer to it, and it to them: the files of a form would wait for the collector
            self.error.__traceback__ = None
        if self.left:
            self._socket.shutdown(socket.SHUT_RDWR)


def json_handler() -> logging.Handler:
    """Log lines as JSON, each with the id of its request, by which HAProxy's line on it is found."""

    def add_request_id(record: logging.LogRecord) -> bool:
        if has_request_context():
            record.request_id = request.headers.get("X-Request-ID")
        return True

    handler = logging.StreamHandler(sys.stdout)
    names = {"levelname": "level", "name": "logger"}
    handler.setFormatter(JsonFormatter([*names, "message"], rename_fields=names, timestamp=True))
    handler.addFilter(add_request_id)
    return handler


def _advice(error: BaseException) -> str:
    folder = tempfile.gettempdir()
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOSPC:
        return f"No space is left: {folder} is small. Mount a larger folder there, or name one by TMPDIR."
    if number in (errno.EROFS, errno.EACCES) or "unable to open database file" in str(error):
        return f"Only {folder} can be written to, and it ends with the container: write there, or to a volume."
    return ""


def _on_exception(app: Flask, exception: BaseException) -> None:
    if body := request.environ.get("production.body"):
        body.error = exception
    if advice := _advice(exception):
        app.logger.error("%s", advice)
