"""A debugger that is attached stays so over reloads, and stops in the new code."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from hotreload_support.debug_adapter import Debugger
from hotreload_support.ports import free_port
from hotreload_support.server import APP, PACKAGE_PATH, ReloadServer, Start
from hotreload_support.waiting import wait_for

# The line of the route that answers.
ANSWER_LINE = APP[: APP.index('return "{}"')].count("\n") + 1
IMPORT_LINE = 1


@contextmanager
def attached(server: ReloadServer, port: int, line: int) -> Iterator[Debugger]:
    debugger = Debugger(port, {server.folder / "app.py": [line]})
    try:
        yield debugger
    finally:
        debugger.close()


def start_with_debugger(start: Start, app: str) -> tuple[ReloadServer, int]:
    port = free_port()
    return start(app, HOTRELOAD_DEBUGPY=f"127.0.0.1:{port}"), port


def answer_through_breakpoint(server: ReloadServer, debugger: Debugger) -> str:
    """Ask the app, go on from where the debugger stops it, and return what it answers."""
    answers: list[requests.Response] = []
    asking = threading.Thread(target=lambda: answers.append(server.get()))
    asking.start()
    session, event = debugger.stopped.get(timeout=60)
    assert event["reason"] == "breakpoint"
    session.ask("continue", threadId=event["threadId"])
    asking.join(timeout=60)
    return answers[0].text


def test_a_breakpoint_stops_requests_before_and_after_reloads_in_one_session(start: Start) -> None:
    server, port = start_with_debugger(start, APP.format("first"))
    with attached(server, port, ANSWER_LINE) as debugger:
        wait_for("the worker that serves, and the one that waits", lambda: len(debugger.children) >= 2)
        assert answer_through_breakpoint(server, debugger) == "first"

        for text in ("second", "third"):
            waiting = len(debugger.children)
            server.save(APP.format(text))
            assert answer_through_breakpoint(server, debugger) == text
            wait_for("the next worker", lambda waiting=waiting: len(debugger.children) > waiting)  # type: ignore[misc]

        assert not debugger.is_over.is_set()


def test_a_breakpoint_stops_the_import_of_a_save(start: Start) -> None:
    server, port = start_with_debugger(start, APP.format("first"))
    with attached(server, port, IMPORT_LINE) as debugger:
        wait_for("the worker that waits", lambda: len(debugger.children) >= 2)

        server.write(APP.format("second"))
        session, event = debugger.stopped.get(timeout=60)
        assert server.status()["state"] == "loading"
        session.ask("continue", threadId=event["threadId"])

        server.settled_after(1)
        assert server.get().text == "second"


def test_a_debugger_that_attaches_after_reloads_is_let_in(start: Start) -> None:
    server, port = start_with_debugger(start, APP.format("first"))
    server.save(APP.format("second"))

    with attached(server, port, ANSWER_LINE) as debugger:
        wait_for("both workers", lambda: len(debugger.children) >= 2)
        assert answer_through_breakpoint(server, debugger) == "second"


def test_where_no_debugger_can_attach_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = subprocess.run(
            [sys.executable, "-m", "wsgi_hotreload", "app:create_app", "--port", str(free_port())],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": PACKAGE_PATH, "HOTRELOAD_DEBUGPY": address},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert f"No debugger can attach at {address}" in result.stderr
