"""Static files are served by WhiteNoise, as a web server would."""

import gzip
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from host.production.conftest import Container


def get(container: Container, path: str, **headers: str) -> Any:  # noqa: ANN401 - urllib's response
    request = urllib.request.Request(
        f"{container.url}{path}", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    return urllib.request.urlopen(request, timeout=10)


@pytest.fixture
def container(serving_test_routes: Container) -> Container:
    return serving_test_routes


def test_a_file_has_a_type_a_tag_and_an_age(container: Container) -> None:
    with get(container, "/static/style.css") as response:
        assert response.headers["Content-Type"].startswith("text/css")
        assert response.headers["ETag"]
        assert response.headers["Cache-Control"] == "max-age=60, public"


def test_a_file_that_did_not_change_is_not_sent_again(container: Container) -> None:
    with get(container, "/static/style.css") as response:
        tag = response.headers["ETag"]

    assert container.get("/static/style.css", {"If-None-Match": tag}) == (304, "")


def test_a_part_of_a_file_is_sent(container: Container) -> None:
    assert container.get("/static/style.css", {"Range": "bytes=0-3"}) == (206, "body")


def test_what_was_compressed_is_sent_to_who_takes_it(container: Container) -> None:
    with get(container, "/static/style.css", Accept_Encoding="gzip") as response:
        compressed = response.read()
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"

    assert gzip.decompress(compressed).startswith(b"body { color: black }")


def test_a_file_named_by_its_content_is_kept_for_ever(container: Container) -> None:
    with get(container, "/static/app.0123abcd.js") as response:
        assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/nothing.css", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"])
def test_nothing_else_is_served(container: Container, path: str) -> None:
    assert container.get(path)[0] == 404


STATIC = """\
import os
from flask import Blueprint, Flask
def folder(name):
    os.makedirs(f'/dev/shm/{os.getpid()}/{name}')
    with open(f'/dev/shm/{os.getpid()}/{name}/style.css', 'w') as file:
        file.write(name)
    return file.name.rpartition('/')[0]
def create_app():
    app = Flask('app', static_folder=folder('of the app'), static_url_path='/static')
    app.register_blueprint(Blueprint('a', 'a', static_folder=folder('of a blueprint'), static_url_path='/static'))
    app.register_blueprint(Blueprint('b', 'b', static_folder=folder('of another'), url_prefix='/b'))
    app.add_url_rule('/about/<name>', 'about_static', lambda name: f'about {name}')
    return app
"""


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/static/style.css", "of the app"),
        ("/b/of%20another/style.css", "of another"),
        ("/about/style.css", "about style.css"),
    ],
    ids=["the app before a blueprint", "a blueprint", "a view whose name ends so"],
)
def test_what_flask_serves_under_a_url_is_served(
    start_app: Callable[[str], Container], path: str, content: str
) -> None:
    assert start_app(STATIC).get(path) == (200, content)
