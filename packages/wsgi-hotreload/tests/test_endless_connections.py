"""WebSockets and event streams follow a save within a second; what ends by itself is finished by the old code."""

import base64
import hashlib
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from hotreload_support.server import ReloadServer, Start
from hotreload_support.web_socket import ACCEPT

# A WebSocket that sends what it serves, an event stream that does the same, and then is silent, and a slow download.
APP = (
    ACCEPT
    + """
import threading, time
from flask import Flask, Response

TEXT = "{0}"


def create_app():
    app = Flask(__name__)

    @app.get("/socket", websocket=True)
    def echo():
        connection = accept_web_socket()
        connection.sendall(bytes([0x81, len(TEXT)]) + TEXT.encode())
        {1}
        return ""

    @app.get("/events")
    def events():
        def parts():
            yield f"data: {{TEXT}}\\n\\n"
            {1}

        return Response(parts(), mimetype="text/event-stream")

    @app.get("/download")
    def download():
        def parts():
            for _ in range(20):
                yield TEXT
                time.sleep(0.1)

        return Response(parts())

    return app
"""
)
READS = "connection.recv(1)"
IS_SILENT = "threading.Event().wait()"


@contextmanager
def connection(server: ReloadServer, path: str, *headers: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=30) as opened:
        opened.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode())
        yield opened


def web_socket(server: ReloadServer) -> AbstractContextManager[socket.socket]:
    key = base64.b64encode(hashlib.sha1(b"key").digest()[:16]).decode()  # noqa: S324 - as the protocol has it
    return connection(
        server,
        "/socket",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    )


def read_until(opened: socket.socket, end: bytes) -> bytes:
    received = b""
    while not received.endswith(end):
        part = opened.recv(1)
        assert part, received
        received += part
    return received


def read_to_the_end(opened: socket.socket) -> bytes:
    parts = []
    while part := opened.recv(4096):
        parts.append(part)
    return b"".join(parts)


def test_a_web_socket_is_closed_by_status_1012_and_the_next_one_served_by_new_code(start: Start) -> None:
    server = start(APP.format("first", READS))
    with web_socket(server) as opened:
        read_until(opened, b"\x81\x05first")

        server.save(APP.format("second", READS))

        assert read_to_the_end(opened).startswith(b"\x88\x02\x03\xf4")
        with web_socket(server) as again:
            read_until(again, b"\x81\x06second")
    server.wait_for_log("Closed 1 WebSocket of the old code")


def test_a_web_socket_that_is_silent_is_closed_too_and_its_process_ends(start: Start) -> None:
    server = start(APP.format("first", IS_SILENT))
    with web_socket(server) as opened:
        read_until(opened, b"\x81\x05first")

        server.save(APP.format("second", IS_SILENT))

        assert read_to_the_end(opened) == b"\x88\x02\x03\xf4"
    assert "it is killed" not in server.log()


def test_an_event_stream_is_closed_for_the_client_to_connect_again(start: Start) -> None:
    server = start(APP.format("first", IS_SILENT))
    with connection(server, "/events") as opened:
        read_until(opened, b"data: first\n\n")

        server.save(APP.format("second", IS_SILENT))

        assert read_to_the_end(opened) == b"\r\n"  # the end of the part, and not of the response
        with connection(server, "/events") as again:
            read_until(again, b"data: second\n\n")
    server.wait_for_log("Closed 1 event stream of the old code")


def test_a_download_is_finished_by_the_code_that_began_it(start: Start) -> None:
    server = start(APP.format("first", IS_SILENT))
    with connection(server, "/download") as opened:
        received = read_until(opened, b"first")

        server.save(APP.format("second", IS_SILENT))

        assert (received + read_to_the_end(opened)).count(b"first") == 20
