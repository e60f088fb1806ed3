"""What only one process can own, as a port, a lock, or a database's file, is handed from the old one to the new one."""

import pytest

from hotreload_support.ports import free_port
from hotreload_support.server import APP, ReloadServer, Start

TAKE = {
    "a port": "import socket\nKEPT = socket.create_server(('127.0.0.1', {port}))\n",
    "a lock": ("import fcntl\nKEPT = open('scheduler.lock', 'w')\nfcntl.flock(KEPT, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"),
    "an endless thread with a port": (
        "import socket, threading\nKEPT = socket.create_server(('127.0.0.1', {port}))\n"
        "threading.Thread(target=KEPT.accept).start()\n"
    ),
}


@pytest.fixture(params=list(TAKE.values()), ids=list(TAKE))
def taking(request: pytest.FixtureRequest) -> str:
    text: str = request.param
    return text.format(port=free_port()) + APP


def test_each_save_is_live(start: Start, taking: str) -> None:
    server = start(taking.format("0"))

    for number in range(1, 5):
        assert server.save(taking.format(number))["state"] == "live"
        assert server.get().text == str(number)

    assert server.log().count("The app loads only after the process before it has ended") == 1


def test_an_error_is_shown_and_its_fix_is_live(start: Start, taking: str) -> None:
    server = start(taking.format("0"))
    server.save(taking.format("1"))

    assert server.save(taking.format("2") + "1 / 0\n")["state"] == "broken"
    assert server.save(taking.format("3"))["state"] == "live"
    assert server.get().text == "3"


def test_an_app_that_fails_in_any_case_is_not_taken_for_one_that_owns_something(server: ReloadServer) -> None:
    assert server.save("raise RuntimeError('broken')\n")["state"] == "broken"

    server.save(APP.format("second"))

    assert server.get().text == "second"
    assert "process before it" not in server.log()
