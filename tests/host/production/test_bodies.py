"""The app sees a request's body whole, or not at all."""

import urllib.request

import pytest

from host.production.conftest import Container, Start
from host.production.raw_clients import CHUNKED, CLOSE, POST, Uploads, connect, receive, send, status_of, statuses_of

BUFFERED = 65536  # what HAProxy holds of a body before the app sees any of it: tune.bufsize
PIECE = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"


@pytest.fixture
def container(serving_test_routes: Container) -> Container:
    return serving_test_routes


@pytest.fixture
def uploads(container: Container) -> Uploads:
    return Uploads(container)


@pytest.mark.parametrize("length", [0, 5, BUFFERED - 1, 3 * BUFFERED, 10_000_000])
def test_a_whole_body_with_a_length_arrives(container: Container, uploads: Uploads, length: int) -> None:
    response = send(container, POST + CLOSE + b"Content-Length: %d\r\n\r\n" % length + b"a" * length)

    assert (status_of(response), response.rpartition(b"\n")[2]) == (200, b"%d" % length)
    assert uploads.seen() == [length]


@pytest.mark.parametrize(
    ("chunks", "length"),
    [
        (b"0\r\n\r\n", 0),
        (b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 11),
        (b"5;extension=1\r\nhello\r\n0\r\n\r\n", 5),
        (b"5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n", 5),
        (PIECE * 10 + b"0\r\n\r\n", 10 * 0x10000),
    ],
    ids=["none", "two", "extension", "trailer", "larger than the buffer"],
)
def test_a_whole_chunked_body_arrives(container: Container, uploads: Uploads, chunks: bytes, length: int) -> None:
    response = send(container, CHUNKED.replace(b"Host", CLOSE + b"Host") + chunks)

    assert (status_of(response), response.rpartition(b"\n")[2]) == (200, b"%d" % length)
    assert uploads.seen() == [length]


@pytest.mark.parametrize("sent", [0, 1, 50_000, 150_000, 199_999])
def test_a_body_that_ends_before_its_length_is_not_seen(container: Container, uploads: Uploads, sent: int) -> None:
    response = send(container, POST + b"Content-Length: 200000\r\n\r\n" + b"a" * sent, half_close=True)

    assert status_of(response) in (0, 400)
    assert uploads.seen() == []


@pytest.mark.parametrize(
    "chunks",
    [b"", b"5\r\n", b"5\r\nhel", b"5\r\nhello", b"5\r\nhello\r\n", b"5\r\nhello\r\n0", b"5\r\nhello\r\n0\r\n"],
    ids=[
        "nothing",
        "in a size",
        "in a chunk",
        "behind a chunk",
        "between chunks",
        "in the last size",
        "after the last",
    ],
)
@pytest.mark.parametrize("before", [b"", PIECE * 3], ids=["small", "larger than the buffer"])
def test_chunks_that_were_cut_are_not_seen(
    container: Container, uploads: Uploads, before: bytes, chunks: bytes
) -> None:
    response = send(container, CHUNKED + before + chunks, half_close=True)

    assert status_of(response) in (0, 400)
    assert uploads.seen() == []


@pytest.mark.parametrize(
    "chunks",
    [b"zz\r\nhello\r\n", b"5\r\nhelloworld\r\n", b"-5\r\nhello\r\n", b"FFFFFFFFFFFFFFFFF\r\n", b"0x5\r\nhello\r\n"],
    ids=["no number", "longer than its size", "negative", "more than 64 bits", "prefix"],
)
@pytest.mark.parametrize("before", [b"", PIECE * 3], ids=["small", "larger than the buffer"])
def test_malformed_chunks_are_refused(container: Container, uploads: Uploads, before: bytes, chunks: bytes) -> None:
    response = send(container, CHUNKED + before + chunks + b"0\r\n\r\n", half_close=True)

    assert status_of(response) in (0, 400)
    assert uploads.seen() == []


@pytest.mark.parametrize("head", [b"Content-Length: 1001\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_a_body_above_the_limit_is_refused(start_with_test_routes: Start, head: bytes) -> None:
    container = start_with_test_routes("--env=FLASK_MAX_CONTENT_LENGTH=1000")
    body = b"a" * 1001 if b"Length" in head else b"3e9\r\n" + b"a" * 1001 + b"\r\n0\r\n\r\n"

    assert status_of(send(container, POST + CLOSE + head + body)) == 413
    assert Uploads(container).seen() == []


@pytest.mark.parametrize(("excess", "status"), [(0, 200), (1, 413)])
def test_chunks_may_reach_the_limit_and_not_exceed_it(container: Container, excess: int, status: int) -> None:
    size = b"%x\r\n" % (16 * 1024 * 1024 + excess)
    chunk = size + b"a" * (16 * 1024 * 1024 + excess) + b"\r\n0\r\n\r\n"

    assert status_of(send(container, CHUNKED.replace(b"Host", CLOSE + b"Host") + chunk)) == status


def test_a_refused_upload_ends_its_connection(container: Container) -> None:
    with connect(container) as connection:
        connection.sendall(POST + b"Content-Length: 1000000000\r\n\r\n" + b"a" * 100_000)
        response = connection.recv(65536)

    assert status_of(response) == 413
    assert b"connection: close" in response


def test_a_client_that_sends_all_before_it_reads_gets_the_response_of_an_app_that_reads_nothing(
    container: Container,
) -> None:
    """As the library requests does. The socket's time-out is far below HAProxy's, which would let it wait for 10 s."""
    with connect(container) as connection:
        connection.settimeout(5)
        connection.sendall(b"POST /demo HTTP/1.1\r\nHost: t\r\nContent-Length: 12000000\r\n\r\n" + b"a" * 12_000_000)

        assert status_of(connection.recv(65536)) == 405


def test_what_the_app_does_not_read_is_no_request(container: Container) -> None:
    smuggled = b"GET /demo HTTP/1.1\r\nHost: smuggled\r\n\r\n"

    response = send(
        container,
        b"POST /demo HTTP/1.1\r\nHost: t\r\nContent-Length: 200000\r\n\r\n" + smuggled * 5000,
        half_close=True,
    )

    assert statuses_of(response) in ([405], [400], [])


def test_a_request_right_behind_a_body_that_the_app_has_not_read_is_served(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=1", "--env=THREADS=1")

    with connect(container) as first, connect(container) as second:
        first.sendall(b"POST /closes_late HTTP/1.1\r\nHost: test\r\nContent-Length: 12000\r\n\r\n" + bytes(12_000))
        assert status_of(first.recv(1000)) == 200
        second.sendall(b"GET /demo HTTP/1.1\r\nHost: test\r\n" + CLOSE + b"\r\n")

        assert status_of(receive(second)) == 200


@pytest.mark.parametrize("length", [5, 200_000])
def test_a_client_that_waits_for_100_is_told_to_go_on(container: Container, length: int) -> None:
    with connect(container) as connection:
        connection.sendall(POST + CLOSE + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % length)
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"a" * length)
        response = receive(connection)

    assert statuses_of(response)[-1] == 200
    assert response.endswith(b"%d" % length)


def test_a_body_is_read_line_by_line(container: Container) -> None:
    request = urllib.request.Request(f"{container.url}/lines", data=b"one\ntwo\n\nfour")

    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.read().decode() == str(["one\n", "two\n", "\n", "four"])


@pytest.mark.parametrize("length", [5, 200_000])
def test_a_whole_body_that_is_read_past_its_end_just_ends(container: Container, length: int) -> None:
    response = send(
        container,
        b"POST /past_the_end HTTP/1.1\r\nHost: t\r\n" + CLOSE + b"Content-Length: %d\r\n\r\n" % length + b"a" * length,
    )

    assert (status_of(response), response.rpartition(b"\n")[2]) == (200, b"%d" % length)
