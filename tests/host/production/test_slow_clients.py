"""Clients that are slow harm nobody but themselves: the others are served as ever, also by the 99th percentile."""

import contextlib
import socket
import statistics
import time

import pytest

from host.conftest import BASE_IMAGE, output
from host.production.conftest import Container, Start
from host.production.raw_clients import POST, Uploads, connect, many, receive, send, status_of
from support.waiting import wait_for

SLOW = 200
OTHERS = 500
# On an idle machine. The tests' own is shared, so that a multiple of what another container needs meanwhile is allowed.
MILLISECONDS = 100


@pytest.fixture
def container(start_with_test_routes: Start) -> Container:
    """With one process, which has all of them."""
    return start_with_test_routes("--env=WORKERS=1")


def percentiles(*containers: Container) -> list[float]:
    """The 99th percentile of the response times of each, in milliseconds, measured in turn."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connect(container)) for container in containers]
        rounds = [[milliseconds(connection) for connection in connections] for _ in range(OTHERS)]
    return [statistics.quantiles(times, n=100)[98] for times in zip(*rounds, strict=True)]


def milliseconds(connection: socket.socket) -> float:
    began = time.perf_counter()
    connection.sendall(b"GET /demo HTTP/1.1\r\nHost: test\r\n\r\n")
    assert status_of(connection.recv(65536)) == 200
    return (time.perf_counter() - began) * 1000


def assert_others_are_served(container: Container, idle: Container, capsys: pytest.CaptureFixture[str]) -> None:
    with_slow, without = percentiles(container, idle)
    with capsys.disabled():
        print(f"\n99th percentile of others: {with_slow:.1f} ms, {without:.1f} ms without slow clients")  # noqa: T201
    assert with_slow < max(MILLISECONDS, 10 * without)


@pytest.mark.parametrize(
    "part",
    [
        b"GET /demo HTTP/1.1\r\nHost: t",
        POST + b"Content-Length: 1000\r\n\r\na",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        POST + b"Content-Length: 1000000\r\n\r\n" + b"a" * 100_000,
        b"POST /form HTTP/1.1\r\nHost: t\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n"
        b"--x\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\n" + b"a" * 100_000,
    ],
    ids=["headers", "bodies", "chunks", "large bodies", "forms"],
)
def test_two_hundred_slow_senders_delay_nobody(
    container: Container, serving: Container, capsys: pytest.CaptureFixture[str], part: bytes
) -> None:
    uploads = Uploads(container)
    with many(container, SLOW) as slow:
        for connection in slow:
            connection.sendall(part)

        assert_others_are_served(container, serving, capsys)

        assert uploads.seen() == []
        assert container.get("/readyz")[0] == 200


def test_two_hundred_slow_readers_delay_nobody(
    container: Container, serving: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    with many(container, SLOW) as slow:
        for connection in slow:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /megabytes/10 HTTP/1.1\r\nHost: test\r\n\r\n")
        for connection in slow:
            assert status_of(connection.recv(100)) == 200

        assert_others_are_served(container, serving, capsys)


def test_two_thousand_idle_connections_delay_nobody(
    container: Container, serving: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a container of their own, which may have as many."""
    program = (
        "import socket, sys\n"
        "open_connections = [socket.create_connection((sys.argv[1], 7500)) for _ in range(2000)]\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    name = output(
        "docker", "run", "--detach", "--interactive", "--init", "--ulimit=nofile=4096:4096", BASE_IMAGE,
        "python", "-c", program, container.address,
    )  # fmt: skip
    try:
        wait_for("the connections", lambda: "open" in output("docker", "logs", name))

        assert_others_are_served(container, serving, capsys)
    finally:
        output("docker", "rm", "--force", name)


def test_a_thousand_connections_at_once_are_taken_even_while_nobody_accepts_them(container: Container) -> None:
    haproxy = container.haproxy()
    container.execute("python", "-ISc", f"import os; os.kill({haproxy}, 19)")

    with many(container, 1000) as clients:
        container.execute("python", "-ISc", f"import os; os.kill({haproxy}, 18)")
        clients[-1].sendall(b"GET /demo HTTP/1.1\r\nHost: t\r\n\r\n")
        assert status_of(clients[-1].recv(65536)) == 200


def test_headers_that_take_too_long_end_the_connection(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=HEADER_SECONDS=0.5")

    assert status_of(send(container, b"GET /demo HTTP/1.1\r\nHost: t")) in (0, 408)


@pytest.mark.parametrize(
    ("length", "sent"), [(1000, 1), (100_000, 90_000)], ids=["a small one", "larger than the buffer"]
)
def test_a_body_that_takes_too_long_is_given_up_and_its_connection_closed(
    start_with_test_routes: Start, length: int, sent: int
) -> None:
    container = start_with_test_routes("--env=BODY_SECONDS=0.5")

    response = send(container, POST + b"Content-Length: %d\r\n\r\n" % length + b"a" * sent)

    assert status_of(response) == 408
    assert b"connection: close" in response
    assert Uploads(container).seen() == []


def test_a_large_body_that_drips_is_given_up(start_with_test_routes: Start) -> None:
    """Each piece comes in time, and all of it does not."""
    container = start_with_test_routes("--env=BODY_SECONDS=0.5")
    with connect(container) as connection:
        connection.sendall(POST + b"Content-Length: 100000\r\n\r\n" + b"a" * 90_000)
        connection.settimeout(0.1)
        response = b""
        while not response:
            connection.sendall(b"a")
            with contextlib.suppress(TimeoutError):
                response = connection.recv(65536)

    assert status_of(response) == 408


def test_clients_that_vanish_leave_nothing_behind(container: Container) -> None:
    with many(container, SLOW) as vanishing:
        for connection in vanishing:
            connection.sendall(b"GET /slow/0.2 HTTP/1.1\r\nHost: test\r\n\r\n")
    with many(container, SLOW) as vanishing:
        for connection in vanishing:
            connection.sendall(POST + b"Content-Length: 100000\r\n\r\n" + b"a" * 90_000)

    with connect(container) as connection:
        connection.sendall(POST + b"Connection: close\r\nContent-Length: 100000\r\n\r\n" + b"a" * 100_000)
        assert status_of(receive(connection)) == 200
