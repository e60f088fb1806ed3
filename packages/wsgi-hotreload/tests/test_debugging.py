"""Debuggers work, and a reload does not lose them."""

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from hotreload_support.ports import free_port
from hotreload_support.server import APP, PACKAGE_PATH, ReloadServer, Start
from hotreload_support.waiting import wait_for

# An app that fails in a request, with a local variable to look at. Flask leaves the error to the
# debugger in debug mode only.
FAILING = (
    APP.format("{}")
    .replace('return "{}"', "wanted = {}; raise RuntimeError(wanted)")
    .replace("    return app", "    app.debug = True\n    return app")
)


def debugger_page(server: ReloadServer, cookies: dict[str, str] | None = None) -> str:
    return server.get(headers={"Accept": "text/html"}, cookies=cookies).text


def secret_of(page: str) -> str:
    return re.findall(r'SECRET = "(\w+)"', page)[0]  # type: ignore[no-any-return]


def enter_pin(server: ReloadServer, secret: str, pin: str) -> requests.Response:
    return server.get(params={"__debugger__": "yes", "cmd": "pinauth", "pin": pin, "s": secret})


def evaluate(server: ReloadServer, page: str, cookies: dict[str, str], expression: str) -> str:
    frame = re.findall(r'id="frame-(\d+)"', page)[-1]
    command = {"__debugger__": "yes", "cmd": expression, "frm": frame, "s": secret_of(page)}
    return server.get(params=command, cookies=cookies).text


def test_an_error_in_a_request_can_be_looked_into_and_the_pin_survives_a_reload(start: Start) -> None:
    server = start(FAILING.format(41))
    server.wait_for_log("The PIN of the debugger is ")
    pin = re.findall(r"PIN of the debugger is (\S+)", server.log())[0]
    page = debugger_page(server)
    authorized = enter_pin(server, secret_of(page), pin)
    assert authorized.json()["auth"] is True
    cookies = authorized.cookies.get_dict()
    assert "42" in evaluate(server, page, cookies, "wanted + 1")

    server.save(FAILING.format(98))
    page = debugger_page(server, cookies)

    assert "99" in evaluate(server, page, cookies, "wanted + 1")
    assert server.log().count("The PIN of the debugger is ") == 1


def test_a_page_that_was_open_before_a_reload_can_still_be_unlocked(start: Start) -> None:
    server = start(FAILING.format(1))
    server.wait_for_log("The PIN of the debugger is ")
    pin = re.findall(r"PIN of the debugger is (\S+)", server.log())[0]
    page = debugger_page(server)

    server.save(FAILING.format(2))

    assert enter_pin(server, secret_of(page), pin).json()["auth"] is True


def test_a_program_gets_the_traceback_of_a_failed_request_as_text(start: Start) -> None:
    server = start(FAILING.format(41))

    answer = server.get()

    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert answer.text.startswith("Traceback (most recent call last):")
    assert answer.text.endswith("RuntimeError: 41\n")
    server.wait_for_log("RuntimeError: 41")


@contextmanager
def in_a_terminal(folder: Path, **environment: str) -> Iterator[tuple[int, str]]:
    """A server that a person started in a terminal: the terminal's other end, and the server's address."""
    terminal, other_end = pty.openpty()
    url = f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "wsgi_hotreload", "app:create_app", "--port", url.rpartition(":")[2]],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": PACKAGE_PATH} | environment,
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
    )
    os.close(other_end)
    try:
        yield terminal, url
    finally:
        process.terminate()
        process.wait(timeout=30)
        os.close(terminal)


@pytest.mark.parametrize("log", ["", "log"], ids=["", "with a copy of the log"])
def test_breakpoint_opens_a_prompt_in_an_attached_terminal(tmp_path: Path, log: str) -> None:
    stops = "answer = ['before']\n        breakpoint()\n        return answer[0]"
    (tmp_path / "app.py").write_text(APP.replace('return "{}"', stops))
    with in_a_terminal(tmp_path, HOTRELOAD_LOG=log) as (terminal, url):
        read_until(terminal, "Live in")
        answer = subprocess.Popen([sys.executable, "-c", FETCH.format(url)], stdout=subprocess.PIPE, text=True)
        read_until(terminal, "(Pdb)")
        os.write(terminal, b"answer[0] = 'changed at the prompt'\ncontinue\n")

        assert answer.communicate(timeout=60)[0] == "changed at the prompt"


def test_an_error_is_red_in_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def broken(:\n")
    with in_a_terminal(tmp_path) as (terminal, _):
        read_until(terminal, "\x1b[31mThe app cannot be loaded: SyntaxError")


FETCH = "import urllib.request as r; print(r.urlopen('{}', timeout=60).read().decode(), end='')"


def read_until(terminal: int, text: str) -> None:
    seen = ""

    def is_there() -> bool:
        nonlocal seen
        if select.select([terminal], [], [], 0)[0]:
            seen += os.read(terminal, 4096).decode()
        return text in seen

    wait_for(text, is_there)
