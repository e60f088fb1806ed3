"""No process is left behind, and a worker that does not retire is killed."""

import socket
from pathlib import Path

from hotreload_support.server import APP, ReloadServer, Start
from hotreload_support.waiting import wait_for

# A server with deadlines that a test can wait for.
IMPATIENT = """\
from wsgi_hotreload.supervisor.handles import DEADLINES, State

DEADLINES[State.LOADING] = 0.1
DEADLINES[State.RETIRING] = 1.0

from wsgi_hotreload.__main__ import main

main()
"""
STREAMING = """\
import os
import time

from flask import Flask, Response


def create_app():
    time.sleep(0.5)
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "{}", endpoint="answer")
    app.add_url_rule("/pid", view_func=lambda: str(os.getpid()), endpoint="pid")

    @app.get("/stream")
    def stream():
        def parts():
            while True:
                yield "part"
                time.sleep(0.1)

        return Response(parts())

    return app
"""


def test_a_retired_worker_that_loaded_slowly_and_streams_without_end_is_killed(start: Start) -> None:
    server = start(STREAMING.format("first"), program=IMPATIENT)
    server.wait_for_log("The app is still loading")
    worker = server.worker()
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as stream:
        stream.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert stream.recv(100)

        server.save(STREAMING.format("second"))

        wait_for("the end of the worker", lambda: not Path(f"/proc/{worker}").exists())
    assert server.get().text == "second"


def test_an_app_may_choose_how_processes_are_started(start: Start) -> None:
    server = start('import multiprocessing\nmultiprocessing.set_start_method("spawn")\n' + APP.format("first"))
    assert server.get().text == "first"


def test_no_process_looks_after_semaphores(server: ReloadServer) -> None:
    assert server.get().text == "first"
    commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in server.processes()]
    assert not [command for command in commands if "resource_tracker" in command]


def test_loads_that_fail_leave_no_process_behind(start: Start) -> None:
    child = (
        "import multiprocessing, time\n"
        "multiprocessing.get_context('fork').Process(target=time.sleep, args=(600,)).start()\n"
    )
    server = start(child + APP.format("first"), program=IMPATIENT)

    for number in range(3):
        assert server.save(f"{child}raise ValueError({number})\n")["state"] == "broken"
    assert server.save(child + APP.format("second"))["state"] == "live"

    # The supervisor, the zygote, the live worker with a process of its own, and a spare worker.
    wait_for("none but those that are needed", lambda: len(server.processes()) == 5)
