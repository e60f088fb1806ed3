"""Static files are served by WhiteNoise, as a web server would."""

import gzip
import urllib.request
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
