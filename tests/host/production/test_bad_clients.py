"""Clients that are slow, broken or hostile harm nobody but themselves."""

import contextlib
import re
import resource
import socket
import urllib.request
from collections.abc import Iterator

import pytest

from host.production.conftest import Container, Start
from support.waiting import wait_for

# More than granian takes by default before it lets others wait.
CLIENTS = 1200
POST = b"POST /length HTTP/1.1\r\nHost: test\r\n"


@pytest.fixture
def container(serving_test_routes: Container) -> Container:
    return serving_test_routes


def send(container: Container, data: bytes, *, half_close: bool = False) -> bytes:
    """All that is answered until the server closes the connection."""
    with connect(container) as connection:
        with contextlib.suppress(OSError):  # refused before all was sent
            connection.sendall(data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return receive(connection)


def connect(container: Container) -> socket.socket:
    """To the container itself: the proxy of a published port would speak for the server."""
    return socket.create_connection((container.address, 7500), timeout=20)


def receive(connection: socket.socket) -> bytes:
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            answer += piece
    return answer


@pytest.fixture
def uploads_before(container: Container) -> int:
    return len(re.findall(r"upload of (\d+)", container.said[0]))


def seen_by_the_app(container: Container, uploads_before: int = 0) -> list[str]:
    return re.findall(r"upload of (\d+)", container.said[0])[uploads_before:]


@pytest.fixture
def many(container: Container) -> Iterator[list[socket.socket]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2 * CLIENTS)), hard))
    connections = [connect(container) for _ in range(CLIENTS)]
    yield connections
    for connection in connections:
        connection.close()


def test_a_complete_upload_arrives(container: Container, uploads_before: int) -> None:
    assert send(container, POST + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello").endswith(b"\r\n\r\n5")
    assert seen_by_the_app(container, uploads_before) == ["5"]


def test_a_body_is_read_line_by_line(container: Container) -> None:
    request = urllib.request.Request(f"{container.url}/lines", data=b"one\ntwo\n\nfour")

    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.read().decode() == str(["one\n", "two\n", "\n", "four"])


def test_a_large_upload_arrives_whole(container: Container) -> None:
    request = urllib.request.Request(f"{container.url}/length", data=b"a" * 10_000_000)

    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.read() == b"10000000"


@pytest.mark.parametrize("body", [b"", b"hel", b"a" * 100_000], ids=["nothing", "a part", "much of it"])
def test_a_body_that_ends_early_is_refused(container: Container, uploads_before: int, body: bytes) -> None:
    answer = send(container, POST + b"Content-Length: 200000\r\n\r\n" + body, half_close=True)

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"connection: close" in answer
    assert seen_by_the_app(container, uploads_before) == []


@pytest.mark.parametrize(
    "body", [b"5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\nXY\r\n", b"5\r\nhel", b"FFFFFFFFFFFFFFFFF\r\n"]
)
def test_chunks_are_refused_since_it_cannot_be_seen_whether_all_came(
    container: Container, uploads_before: int, body: bytes
) -> None:
    with connect(container) as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" + body)
        answer = b""
        while b"Send the body with a Content-Length" not in answer and (piece := connection.recv(65536)):
            answer += piece

    assert answer.startswith(b"HTTP/1.1 411")
    assert b"Send the body with a Content-Length" in answer
    assert b"connection: close" in answer
    assert seen_by_the_app(container, uploads_before) == []


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: five\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ],
)
def test_an_ambiguous_length_is_refused_and_what_follows_is_no_request(
    container: Container, uploads_before: int, headers: bytes
) -> None:
    smuggled = b"GET /demo HTTP/1.1\r\nHost: smuggled\r\n\r\n"

    answer = send(container, POST + headers + b"\r\n0\r\n\r\n" + smuggled)

    assert re.match(rb"HTTP/1.1 4(00|11) ", answer)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert seen_by_the_app(container, uploads_before) == []


def test_a_body_above_the_limit_is_refused_before_it_is_sent(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=FLASK_MAX_CONTENT_LENGTH=1000")

    with connect(container) as connection:
        connection.sendall(POST + b"Content-Length: 1001\r\n\r\n")
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer
    assert seen_by_the_app(container) == []


def test_there_is_a_limit_for_bodies_by_default(container: Container) -> None:
    with connect(container) as connection:
        connection.sendall(POST + b"Content-Length: 1000000000\r\n\r\n")

        assert connection.recv(65536).startswith(b"HTTP/1.1 413")


def test_what_follows_a_body_is_another_request(container: Container) -> None:
    answer = send(
        container, POST + b"Content-Length: 5\r\n\r\nhelloGET /demo HTTP/1.1\r\nConnection: close\r\nHost: t\r\n\r\n"
    )

    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_headers_of_a_megabyte_are_refused(container: Container) -> None:
    answer = send(container, b"GET /demo HTTP/1.1\r\nHost: test\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n")

    assert answer == b"" or answer.startswith(b"HTTP/1.1 431"), "the answer may be lost where all is not read"
    assert container.get("/demo") == (200, "Ok")


def test_a_thousand_headers_are_refused(container: Container) -> None:
    answer = send(container, b"GET /demo HTTP/1.1\r\nHost: t\r\n" + b"X-Y: z\r\n" * 1000 + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize("path", ["/demo", "/slow/1.0"])
def test_a_half_closed_connection_keeps_no_thread(start_with_test_routes: Start, path: str) -> None:
    """Hyper takes it for one whose client has gone; whether there is an answer is a matter of time."""
    container = start_with_test_routes("--env=WORKERS=1", "--env=THREADS=2")

    for _ in range(6):
        answer = send(container, f"GET {path} HTTP/1.1\r\nHost: t\r\n\r\n".encode(), half_close=True)
        assert answer == b"" or b"200 OK" in answer

    assert container.get("/demo") == (200, "Ok")


def test_a_thousand_clients_that_send_headers_slowly_delay_nobody(
    container: Container, many: list[socket.socket]
) -> None:
    for connection in many:
        connection.sendall(b"GET /demo HTTP/1.1\r\nHost: t")

    assert container.get("/demo") == (200, "Ok")
    many[0].sendall(b"est\r\nConnection: close\r\n\r\n")
    assert b"200 OK" in receive(many[0])


def test_headers_that_take_too_long_end_the_connection(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=HEADER_SECONDS=0.5")

    with connect(container) as connection:
        connection.sendall(b"GET /demo HTTP/1.1\r\nHost: t")

        assert receive(connection) == b""


def test_a_thousand_clients_that_send_bodies_slowly_delay_no_request_without_one(
    container: Container, uploads_before: int, many: list[socket.socket]
) -> None:
    for connection in many:
        connection.sendall(POST + b"Content-Length: 1000\r\n\r\na")
    # Those for whom there is no place are told so.
    wait_for("the first refusal", lambda: b"503" in peek(many[-1]))

    assert container.get("/demo") == (200, "Ok")
    assert container.get("/readyz")[0] == 200
    assert seen_by_the_app(container, uploads_before) == []


def peek(connection: socket.socket) -> bytes:
    connection.setblocking(False)
    try:
        return connection.recv(65536, socket.MSG_PEEK)
    except BlockingIOError:
        return b""
    finally:
        connection.settimeout(20)


def test_a_body_that_takes_too_long_is_given_up(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=BODY_SECONDS=0.5")

    with connect(container) as connection:
        connection.sendall(POST + b"Content-Length: 1000\r\n\r\na")
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer
    assert seen_by_the_app(container) == []


def test_noise_is_no_request(container: Container) -> None:
    for noise in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\r\n" * 100, b"GET\r\n\r\n", b"\x00" * 1000):
        assert b" 200 " not in send(container, noise, half_close=True)

    assert container.get("/demo") == (200, "Ok")
