"""A signal ends the server and all of its processes, whatever they do just then."""

import ctypes
import signal
import time
from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer, Start, is_running
from hotreload_support.waiting import wait_for


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_while_the_app_loads_ends_everything(start: Start, signal_number: int) -> None:
    server = start()
    server.write("while True: pass\n")
    wait_for("the loading", lambda: server.status()["state"] == "loading")
    processes = server.processes()
    assert len(processes) > 2

    server.process.send_signal(signal_number)

    assert server.process.wait(timeout=30) == 0
    wait_for("the end of all", lambda: not [pid for pid in processes if Path(f"/proc/{pid}").exists()])


STOPS_IN_A_FINALIZER = """
import logging, signal
from wsgi_hotreload.__main__ import main

class Finalized:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

logging.getLogger("wsgi_hotreload").addFilter(lambda record: "Live" not in record.msg or bool(Finalized()))
main()
"""


def test_a_signal_to_stop_is_heeded_whatever_the_server_does_just_then(start: Start) -> None:
    server = start(program=STOPS_IN_A_FINALIZER)

    assert server.process.wait(timeout=30) == 0


def sleeps_for(pid: int, seconds: float) -> bool:
    """Whether the main thread of a process does nothing for a while, which can only be watched."""
    before = Path(f"/proc/{pid}/status").read_text()
    time.sleep(seconds)
    return before == Path(f"/proc/{pid}/status").read_text()  # which has its numbers of context switches


def test_a_signal_to_stop_is_heeded_whichever_thread_gets_it(server: ReloadServer) -> None:
    """And so does one that comes just before the main thread begins to wait: neither ends the wait."""
    pid = server.process.pid
    wait_for("the main thread to wait for events", lambda: sleeps_for(pid, 0.5))
    other = next(int(task.name) for task in Path(f"/proc/{pid}/task").iterdir() if int(task.name) != pid)

    ctypes.CDLL(None).tgkill(pid, other, signal.SIGTERM)

    assert server.process.wait(timeout=30) == 0


def test_a_killed_supervisor_leaves_no_process(server: ReloadServer) -> None:
    processes = server.processes()

    server.process.kill()
    server.process.wait()

    wait_for("the end of all", lambda: not [pid for pid in processes if is_running(pid)])
