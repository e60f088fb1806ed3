"""Requests that are odd are served or refused, and never taken for others."""

import re
import urllib.request

import pytest

from host.production.conftest import Container
from host.production.raw_clients import CLOSE, POST, Uploads, connect, receive, send, status_of, statuses_of

GET = b"GET /demo HTTP/1.1\r\nHost: test\r\n"
SMUGGLED = b"GET /demo HTTP/1.1\r\nHost: smuggled\r\n\r\n"


@pytest.fixture
def container(serving_test_routes: Container) -> Container:
    return serving_test_routes


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: five\r\n",
        b"Content-Length: 5 5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Content-Length : 5\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: identity, chunked, gzip\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b'Transfer-Encoding: "chunked"\r\n',
    ],
)
def test_a_length_that_is_ambiguous_is_refused(container: Container, headers: bytes) -> None:
    uploads = Uploads(container)

    response = send(container, POST + headers + b"\r\n0\r\n\r\n" + SMUGGLED, half_close=True)

    assert statuses_of(response) in ([400], [501], [422])
    assert uploads.seen() == []


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ],
)
def test_of_both_lengths_the_chunks_hold_and_what_follows_is_not_served(container: Container, headers: bytes) -> None:
    """As RFC 9112, 6.3 has it."""
    uploads = Uploads(container)

    response = send(container, POST + headers + b"\r\n0\r\n\r\n" + SMUGGLED)

    assert statuses_of(response) in ([200], [400])
    assert uploads.seen() in ([0], [])


@pytest.mark.parametrize(
    "request_line",
    [b"GET /demo\x00 HTTP/1.1", b"GET /de mo HTTP/1.1", b"GET", b"G\x01T /demo HTTP/1.1"],
)
def test_a_malformed_request_line_is_refused(container: Container, request_line: bytes) -> None:
    response = send(container, request_line + b"\r\nHost: test\r\n\r\n", half_close=True)

    assert status_of(response) in (0, 400, 505)


@pytest.mark.parametrize("header", [b"X: a\x00b", b"X\x00: a", b": a", b"X Y: a", b" folded", b"X: a\rb"], ids=repr)
def test_a_malformed_header_is_refused(container: Container, header: bytes) -> None:
    assert status_of(send(container, GET + header + b"\r\n\r\n", half_close=True)) == 400


def test_bare_line_feeds_end_lines_and_separate_no_requests(container: Container) -> None:
    response = send(container, b"GET /demo HTTP/1.1\nHost: test\nConnection: close\n\nGET /demo HTTP/1.1\n\n")

    assert statuses_of(response) in ([200], [400])


@pytest.mark.parametrize(
    "noise", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\r\n" * 100, b"\x00" * 1000, b"PRI * HTTP/2.0\r\n\r\n"]
)
def test_noise_is_no_request(container: Container, noise: bytes) -> None:
    assert 200 not in statuses_of(send(container, noise, half_close=True))
    assert container.get("/demo") == (200, "Ok")


@pytest.mark.parametrize(
    "headers", [b"X: " + b"a" * 1_000_000 + b"\r\n", b"X-Y: z\r\n" * 1000], ids=["1 MB", "1,000 headers"]
)
def test_too_much_of_headers_is_refused(container: Container, headers: bytes) -> None:
    assert status_of(send(container, GET + headers + b"\r\n")) in (0, 400, 431), "a response may be lost with the rest"
    assert container.get("/demo") == (200, "Ok")


@pytest.mark.parametrize("length", [1_000, 20_000, 50_000])
def test_a_long_url_is_served(container: Container, length: int) -> None:
    request = b"GET /demo?" + b"a" * length + b" HTTP/1.1\r\nHost: test\r\n" + CLOSE + b"\r\n"

    assert status_of(send(container, request)) == 200


def test_pipelined_requests_get_their_responses_in_order(container: Container) -> None:
    paths = [b"/demo", b"/nowhere", b"/demo"]
    requests = b"".join(b"GET %s HTTP/1.1\r\nHost: test\r\n\r\n" % path for path in paths)

    response = send(container, requests + GET + CLOSE + b"\r\n")

    assert statuses_of(response) == [200, 404, 200, 200]


def test_an_absolute_uri_is_served(container: Container) -> None:
    assert status_of(send(container, b"GET http://test/demo HTTP/1.1\r\nHost: test\r\n" + CLOSE + b"\r\n")) == 200


def test_http_1_0_without_a_host_is_served(container: Container) -> None:
    assert status_of(send(container, b"GET /demo HTTP/1.0\r\n\r\n")) == 200


def test_a_head_request_gets_no_body(container: Container) -> None:
    response = send(container, b"HEAD /demo HTTP/1.1\r\nHost: test\r\n" + CLOSE + b"\r\n")

    assert status_of(response) == 200
    assert b"content-length: 2\r\n" in response
    assert response.endswith(b"\r\n\r\n")


def test_the_app_sees_the_clients_address_and_believes_no_header(container: Container) -> None:
    forged = "".join(
        f"{name}: {value}\r\n"
        for name, value in {
            "X-Forwarded-For": "1.2.3.4",
            "X-Forwarded-Proto": "https",
            "X-Client-Address": "5.6.7.8",
            "SCRIPT_NAME": "/forged",
        }.items()
    ).encode()
    with connect(container) as connection:
        own_address = connection.getsockname()[0]
        connection.sendall(b"GET /client HTTP/1.1\r\nHost: test\r\n" + CLOSE + forged + b"\r\n")
        response = receive(connection)

    assert response.endswith(f"{own_address} http test".encode())


@pytest.mark.parametrize(
    ("condition", "status"),
    [({"Range": "bytes=0-3"}, 206), ({"Range": "bytes=99999999-"}, 416), ({"If-Modified-Since": None}, 304)],
    ids=["range", "no such range", "not modified"],
)
def test_conditional_requests_are_right(container: Container, condition: dict[str, str | None], status: int) -> None:
    with urllib.request.urlopen(f"{container.url}/file", timeout=10) as response:
        whole, modified = response.read(), response.headers["Last-Modified"]
    headers = {name: value or modified for name, value in condition.items()}

    found, text = container.get("/file", headers)

    assert found == status
    assert status != 206 or text == whole[:4].decode()


@pytest.mark.parametrize("path", ["/demo", "/slow/1.0"])
def test_a_client_that_closes_its_half_is_served(container: Container, path: str) -> None:
    response = send(container, f"GET {path} HTTP/1.1\r\nHost: t\r\n\r\n".encode(), half_close=True)

    assert re.search(rb"\r\n\r\nOk$", response)
