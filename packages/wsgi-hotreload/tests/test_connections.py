"""No connection is refused, reset or cut, and none is answered by code before a save that is live."""

import os
import signal
import socket
import threading
from collections import Counter

import requests

from hotreload_support.server import APP, ReloadServer, Start
from hotreload_support.waiting import wait_for

SLOW = """\
import time
from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.get("/")
    def answer():
        return "{0}"

    @app.get("/slow")
    def slow():
        time.sleep(1)
        return "{0}"

    return app
"""
RELOADS = 100
# Loads until there is a file beside the source.
WAITS = """\
import time
from pathlib import Path

while not Path(__file__).parents[1].joinpath("go").exists():
    time.sleep(0.01)
""" + APP.format("second")
PATIENT = """
from wsgi_hotreload.supervisor import dispatcher

dispatcher.PATIENCE_SECONDS = 60
from wsgi_hotreload.__main__ import main

main()
"""


def request(path: str = "/") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_hundred_reloads_under_load_lose_nothing(start: Start) -> None:
    server = start(SLOW.format("0"))
    outcomes: Counter[str] = Counter()
    done = threading.Event()

    def load(path: str, session: requests.Session | None) -> None:
        while not done.is_set():
            try:
                answer = (session or requests).get(f"{server.url}{path}", timeout=60)
                outcomes["answered" if answer.status_code == 200 else f"HTTP {answer.status_code}"] += 1
            except requests.RequestException as error:
                outcomes[repr(error)] += 1

    clients = [("/", None), ("/", requests.Session()), ("/slow", None), ("/slow", requests.Session())]
    threads = [threading.Thread(target=load, args=client) for client in clients]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, RELOADS + 1):
            server.save(SLOW.format(number))
            assert server.get().text == str(number), "after it is said to be live, no older code answers"
    finally:
        done.set()
        for thread in threads:
            thread.join()

    assert outcomes.keys() == {"answered"}
    assert outcomes["answered"] > RELOADS


def test_a_request_in_flight_is_finished_by_the_code_that_took_it(start: Start) -> None:
    server = start(SLOW.format("old"))
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as in_flight:
        in_flight.sendall(request("/slow"))
        server.save(SLOW.format("new"))

        assert server.get().text == "new"
        assert read_all(in_flight).endswith(b"old")


def test_a_connection_that_was_opened_before_a_save_is_answered_by_the_code_after_it(server: ReloadServer) -> None:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as opened_ahead:
        server.save(APP.format("second"))

        opened_ahead.sendall(request())

        assert read_all(opened_ahead).endswith(b"second")


def test_a_connection_that_says_nothing_holds_nobody_up(server: ReloadServer) -> None:
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    silent = [socket.create_connection(address) for _ in range(200)]
    try:
        server.save(APP.format("second"))

        assert server.get().text == "second"
    finally:
        for connection in silent:
            connection.close()


def test_a_request_that_arrives_while_a_broken_app_is_mended_is_answered_by_one_or_the_other(start: Start) -> None:
    server = start("def broken(:\n")
    server.write("import time\ntime.sleep(1)\n" + APP.format("mended"))

    answers: list[str] = []
    while not answers or answers[-1] != "mended":
        answers.append(server.get().text)

    assert all("SyntaxError" in text for text in answers[:-1])


def test_a_request_right_after_a_save_waits_for_its_code(start: Start) -> None:
    server = start(APP.format("first"), program=PATIENT)
    server.write(WAITS)
    wait_for("the load", lambda: server.status()["state"] == "loading")

    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection:
        connection.sendall(request())
        server.status()  # the supervisor has seen it: it handles them in their order
        (server.folder.parent / "go").touch()

        assert read_all(connection).endswith(b"second")


def test_a_request_does_not_wait_for_a_load_that_takes_long(start: Start) -> None:
    server = start(APP.format("first"))
    server.write(WAITS)
    wait_for("the load", lambda: server.status()["state"] == "loading")

    assert server.get().text == "first"
    (server.folder.parent / "go").touch()

    wait_for("the new code", lambda: server.get().text == "second")


def test_connections_that_a_killed_worker_had_not_taken_are_answered_by_the_next(start: Start) -> None:
    stops = """\
    import os
    app.add_url_rule("/pid", view_func=lambda: str(os.getpid()))
    return app"""
    server = start(APP.format("whole").replace("    return app", stops))
    worker = server.worker()
    os.kill(worker, signal.SIGSTOP)  # so that connections pile up before it
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    connections = [socket.create_connection(address) for _ in range(50)]
    for connection in connections:
        connection.sendall(request())
    server.status()  # the supervisor has seen them all: it handles them in their order

    os.kill(worker, signal.SIGKILL)

    for connection in connections:
        with connection:
            assert read_all(connection).endswith(b"whole")


def test_a_large_upload_arrives_whole(start: Start) -> None:
    counts = """\
    from flask import request
    app.add_url_rule("/size", view_func=lambda: str(len(request.data)), methods=["POST"])
    return app"""
    server = start(APP.format("first").replace("    return app", counts))

    assert requests.post(f"{server.url}/size", data=b"x" * 20_000_000, timeout=60).text == "20000000"


def test_streams_arrive_as_they_are_sent(start: Start) -> None:
    streams = (
        "    import time\n"
        "    def stream():\n"
        "        yield 'one'\n"
        "        time.sleep(60)\n"
        "    app.add_url_rule('/stream', view_func=stream)\n"
        "    return app"
    )
    server = start(APP.format("first").replace("    return app", streams))

    with requests.get(f"{server.url}/stream", stream=True, timeout=30) as answer:
        assert next(answer.iter_content(chunk_size=None)) == b"one"
