"""A response arrives whole, or its client can tell that it did not."""

import socket
import struct

import pytest

from host.production.conftest import Container
from host.production.raw_clients import CLOSE, connect, receive, send, status_of
from support.waiting import wait_for

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@pytest.fixture
def container(serving_test_routes: Container) -> Container:
    return serving_test_routes


def test_a_generator_that_raises_ends_the_connection_without_a_last_chunk(container: Container) -> None:
    response = send(container, b"GET /breaks HTTP/1.1\r\nHost: test\r\n\r\n")

    assert status_of(response) == 200
    assert b"3\r\none\r\n" in response
    assert not response.endswith(b"0\r\n\r\n")


def test_a_generator_that_ends_has_a_last_chunk(container: Container) -> None:
    assert send(container, b"GET /stream HTTP/1.1\r\nHost: test\r\n" + CLOSE + b"\r\n").endswith(b"19\n\r\n0\r\n\r\n")


def test_an_exception_before_the_response_is_a_500(container: Container) -> None:
    assert container.get("/error")[0] == 500


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_client_that_goes_away_ends_the_generator(container: Container, *, reset: bool) -> None:
    ended = container.said[0].count("the stream has ended")
    with connect(container) as connection:
        connection.sendall(b"GET /ticks HTTP/1.1\r\nHost: test\r\n\r\n")
        assert connection.recv(1000)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)

    wait_for("its end", lambda: container.said[0].count("the stream has ended") == ended + 1)


def test_a_stream_is_sent_piece_by_piece(container: Container) -> None:
    with connect(container) as connection:
        connection.sendall(b"GET /ticks HTTP/1.1\r\nHost: test\r\n\r\n")

        assert b"tick" in connection.recv(1000), "though it never ends"


def test_a_large_response_arrives_whole(container: Container) -> None:
    with connect(container) as connection:
        connection.sendall(b"GET /megabytes/50 HTTP/1.1\r\nHost: test\r\n" + CLOSE + b"\r\n")

        assert len(receive(connection).partition(b"\r\n\r\n")[2]) == 50_000_000
