"""The guard, around a real app, with bodies that come as granian would bring them."""

import threading
from collections.abc import Iterator
from wsgiref.types import WSGIEnvironment

import pytest
from flask import Flask, request
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from servers.uploads import Uploads


class Bringing:
    """What comes is handed over; then it ends, or, where it is said to wait, does not."""

    def __init__(self, data: bytes, waiting: threading.Event | None = None) -> None:
        self.data = data
        self.waiting = waiting

    def read(self, size: int | None = None) -> bytes:
        if not self.data and self.waiting:
            self.waiting.wait()
        data, self.data = self.data[:size], self.data[size:]
        return data


@pytest.fixture
def forever() -> Iterator[threading.Event]:
    """As long as the test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def guarded() -> Uploads:
    app = Flask("guarded")

    @app.post("/")
    def length() -> str:
        return str(len(request.get_data()))

    @app.post("/unread")
    def unread() -> str:
        return "Ok"

    return Uploads(app, at_once=1, seconds=0.2)


def post(app: Uploads, body: Bringing, length: int, path: str = "/", **environ: str) -> Response:
    environment: WSGIEnvironment = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "test",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": str(length),
        **environ,
    }
    return Response(*run_wsgi_app(app, environment, buffered=True))


def test_a_complete_body_is_passed_on(guarded: Uploads) -> None:
    answer = post(guarded, Bringing(b"a" * 200_000), 200_000)

    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "200000")
    assert "Connection" not in answer.headers


def test_a_body_without_content_length_is_empty(guarded: Uploads) -> None:
    assert post(guarded, Bringing(b""), 0).get_data(as_text=True) == "0"


def test_a_short_body_is_refused(guarded: Uploads) -> None:
    answer = post(guarded, Bringing(b"abc"), 4)

    assert answer.status_code == 400
    assert answer.headers["Connection"] == "close"


def test_chunks_are_refused(guarded: Uploads) -> None:
    assert post(guarded, Bringing(b"abc"), 0, HTTP_TRANSFER_ENCODING="chunked").status_code == 411


def test_a_body_that_nobody_reads_ends_the_connection(guarded: Uploads) -> None:
    answer = post(guarded, Bringing(b"abc"), 3, path="/unread")

    assert (answer.status_code, answer.headers["Connection"]) == (200, "close")


def test_a_slow_body_is_given_up_and_takes_its_place_as_long_as_it_is_waited_for(
    guarded: Uploads, forever: threading.Event
) -> None:
    assert post(guarded, Bringing(b"a", forever), 2).status_code == 408
    assert post(guarded, Bringing(b"ab"), 2).status_code == 503

    forever.set()

    while (answer := post(guarded, Bringing(b"ab"), 2)).status_code == 503:
        pass
    assert answer.status_code == 200
