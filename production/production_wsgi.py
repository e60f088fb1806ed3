"""The app as gunicorn's workers load it: with its static files, bodies that are whole, and answers to probes."""

import contextlib
import io
import os
import socket
import sys
import threading
import traceback
from collections.abc import Buffer, Iterable
from errno import EACCES, EROFS
from pathlib import Path
from tempfile import gettempdir
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, got_request_exception, has_request_context, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge, RequestTimeout
from werkzeug.wsgi import ClosingIterator
from whitenoise import WhiteNoise

WHOLE_IN_HAPROXY = 60_000  # bytes of a body: see tune.bufsize in haproxy.cfg


def load(factory: str) -> "Middleware":
    """Make the app by ``module:function``.

    Raises:
        SystemExit: it cannot be made. The first worker to fail says why.
    """
    module, _, function = factory.partition(":")
    folder = Path(os.environ["RUN_DIRECTORY"])
    try:
        __import__(module)  # unlike importlib, it leaves no frames in a traceback
        app = getattr(sys.modules[module], function)()
        if not isinstance(app, Flask):
            sys.exit(f"{factory} made {app!r}, which is no Flask app.")
    except BaseException as why:  # noqa: BLE001 - whatever it is, there is nothing to serve
        with contextlib.suppress(FileExistsError):
            (folder / "failed").touch(exist_ok=False)
            _advise(None, why)
            trace = traceback.format_exception(None, why, why.__traceback__ and why.__traceback__.tb_next)
            sys.stderr.writelines([f"{why}\n"] if isinstance(why, SystemExit) and isinstance(why.code, str) else trace)
        sys.exit(1)
    (folder / "loaded").touch()
    return Middleware(app)


class Middleware:
    """For what an app leaves to its server."""

    def __init__(self, app: Flask) -> None:
        got_request_exception.connect(_advise, app)
        if "socketio" in app.extensions and os.environ["WORKERS"] != "1":
            app.logger.warning("Flask-SocketIO keeps clients in one process: set WORKERS=1, or use WebSockets only.")
        self._probes = {"/livez", "/readyz"} - {rule.rule for rule in app.url_map.iter_rules()}
        # Bundlers name a file by its content: one with a fingerprint in its name never changes.
        files = WhiteNoise(app, immutable_file_test=r"[.-][0-9a-f]{8,}\.\w+$", allow_all_origins=False)
        with app.app_context():
            files.max_age = 60 if (age := app.get_send_file_max_age(None)) is None else age
        self._app: WSGIApplication = files
        for rule in reversed([*app.url_map.iter_rules()]):  # where two are for one URL, Flask serves the first
            owner = app.blueprints.get(rule.endpoint.removesuffix(".static"), app)
            if f".{rule.endpoint}".endswith(".static") and owner.static_folder and Path(owner.static_folder).is_dir():
                files.add_files(owner.static_folder, rule.rule.partition("<")[0])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = environ.pop("HTTP_X_CLIENT_ADDRESS", "")
        if environ["PATH_INFO"] in self._probes:
            return Response("Ok")(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if "HTTP_TRANSFER_ENCODING" not in environ:
            del environ["wsgi.input_terminated"]  # Werkzeug would take a body that was cut for a whole one
            if length <= WHOLE_IN_HAPROXY:
                return self._app(environ, start_response)
        body = Body(environ, length)
        environ["wsgi.input"] = io.BufferedReader(body, 65_536)
        return ClosingIterator(self._app(environ, start_response), body.end)


class Body(io.RawIOBase):
    """A body that raises where it was cut or is slow, and where chunks exceed the app's limit."""

    def __init__(self, environ: WSGIEnvironment, length: int) -> None:
        self._input, self._socket = environ["wsgi.input"], environ["gunicorn.socket"]
        self._length, self._count = length, 0  # a length of 0 where chunks say where it ends
        self._error: Exception = ClientDisconnected()
        self._allow(int(os.environ["BODY_MS"]) / 1000 + length / 65_536)  # a second more for each 64 KiB

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Read what fits.

        Raises:
            ClientDisconnected: the body was cut, or a chunk is malformed (400).
            RequestEntityTooLarge: chunks exceed the app's limit (413).
            RequestTimeout: it was too slow (408).
        """
        data = self._take(memoryview(buffer).nbytes)
        memoryview(buffer)[: len(data)] = data
        self._count += len(data)
        if not data or self._count == self._length:
            self._timer.cancel()  # the app may take its time, and HAProxy has another request for the connection
        limit = request.max_content_length if not self._length and has_request_context() else None
        # Werkzeug would end chunks at the limit, as if they were whole.
        if limit is not None and (self._count > limit or (self._count == limit and self._take(1))):
            self._error = RequestEntityTooLarge()
            raise self._error
        return len(data)

    def _take(self, size: int) -> bytes:
        with contextlib.suppress(OSError, ParseException):
            data: bytes = self._input.read(size)
            if data or self._count >= self._length:
                return data
        raise self._error

    def _allow(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._give_up)
        self._timer.start()

    def _give_up(self) -> None:
        self._error = RequestTimeout()
        self._socket.shutdown(socket.SHUT_RD)

    def end(self) -> None:
        """Take what the app has left: clients such as requests read no response before they have sent all."""
        self._timer.cancel()
        self._allow(10)
        with contextlib.suppress(HTTPException):
            while self._take(65_536):
                pass
        self._timer.cancel()
        # Flask's frames refer to the error, and it to them: else the files of a form would wait for the collector.
        self._error.__traceback__ = None


def _advise(_: Flask | None, exception: BaseException) -> None:
    """Say in an exception's traceback where to write instead."""
    if getattr(exception, "errno", 0) in (EACCES, EROFS) or "unable to open database file" in str(exception):
        exception.add_note(f"Only {gettempdir()} is writable, and ends with the container: write there or to a volume.")
