"""Files that the app has open when it is copied: each process reads and appends as a fresh interpreter would."""

from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer, Start
from hotreload_support.swapping import needs_swaps
from hotreload_support.waiting import wait_for

pytestmark = needs_swaps

APP = """\
import os
from flask import Flask

{prelude}

def create_app():
    app = Flask(__name__)

    @app.get("/")
    def show():
        return "{answer} " + {question}

    return app
"""


def save_until_swapped(server: ReloadServer, prelude: str, question: str) -> None:
    def is_swapped() -> bool:
        before = server.status()["swapped"]
        server.save(APP.format(prelude=prelude, question=question, answer="again"))
        return bool(server.status()["swapped"] > before)

    wait_for("a swap", is_swapped)


@pytest.mark.parametrize(
    ("prelude", "question", "expected"),
    [
        ("kept = open('../data')\nkept.readline()\n", "kept.readline()", "two\n"),
        ("kept = open('../data', 'rb', buffering=0)\nkept.read(4)\n", "kept.read(3).decode()", "two"),
        (
            "import mmap\nfile = open('../data', 'rb')\nkept = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)\n",
            "kept[4:7].decode()",
            "two",
        ),
        (
            "kept = os.open('../data', os.O_RDONLY)\ncopy = os.dup(kept)\n",
            "(os.read(kept, 4) + os.read(copy, 4)).decode()",
            "one\ntwo\n",
        ),
        ("kept = open(os.devnull, 'r+')\n", "kept.read()", ""),
    ],
    ids=["read", "positioned", "mapped", "duplicated", "device"],
)
def test_what_is_only_read_has_a_position_in_each_process(
    start: Start, tmp_path: Path, prelude: str, question: str, expected: str
) -> None:
    (tmp_path / "data").write_text("one\ntwo\nthree\n")
    server = start(APP.format(prelude=prelude, question=question, answer="first"))
    assert server.get().text == f"first {expected}"
    save_until_swapped(server, prelude, question)

    for answer in ("second", "third"):
        server.save(APP.format(prelude=prelude, question=question, answer=answer))
        assert server.get().text == f"{answer} {expected}"
    assert server.status()["swapped"] >= 3


LOGGING = """\
import logging
from logging.handlers import RotatingFileHandler
os.makedirs("../logs", exist_ok=True)
if not os.path.exists("../logs/app.log"):
    open("../logs/app.log", "a").close()
handler = RotatingFileHandler("../logs/app.log", maxBytes=1_000_000, backupCount=1)
log = logging.getLogger("shop")
log.addHandler(handler)
"""


def test_a_log_is_appended_to_also_after_it_was_rotated(start: Start, tmp_path: Path) -> None:
    def app(answer: str) -> str:
        return APP.format(prelude=LOGGING, question=f"str(log.warning('asked by {answer}'))", answer=answer)

    server = start(app("first"))

    def is_swapped() -> bool:
        before = server.status()["swapped"]
        server.save(app("again"))
        return bool(server.status()["swapped"] > before)

    wait_for("a swap", is_swapped)
    log = tmp_path / "logs/app.log"
    log.rename(log.with_suffix(".1"))
    swapped = server.status()["swapped"]

    for answer in ("second", "third"):
        server.save(app(answer))
        server.get()

    assert log.read_text() == "asked by second\nasked by third\n"
    assert server.status()["swapped"] == swapped + 2


@pytest.mark.parametrize(
    ("prelude", "reason"),
    [
        ("kept = open('../data', 'r+')\n", "opens {data} (app.py, line 4)"),
        ("import fcntl\nkept = open('../data')\nfcntl.flock(kept, fcntl.LOCK_SH)\n", "opens {data} (app.py, line 5)"),
        ("kept = os.pipe()\n", "opens a pipe"),
        ("import socket\nkept = socket.create_server(('127.0.0.1', 0))\n", "opens a socket (app.py, line 5)"),
        ("import subprocess\nkept = subprocess.Popen(['sleep', '1000'])\n", "starts a process (app.py, line 5)"),
        (
            "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
            "starts a thread (app.py, line 5)",
        ),
        ("import mmap\nkept = mmap.mmap(-1, 4096)\n", "shares memory (app.py, line 5)"),
        ("import atexit\natexit.register(print)\n", "has something to do at the end of the process (app.py, line 5)"),
        (
            "import tempfile\nkept = tempfile.TemporaryDirectory()\n",
            "has something to do at the end of the process (app.py, line 5)",
        ),
    ],
)
def test_what_keeps_the_app_from_being_copied_is_named_with_its_line(
    start: Start, tmp_path: Path, prelude: str, reason: str
) -> None:
    (tmp_path / "data").write_text("one")
    server = start(APP.format(prelude=prelude, question="''", answer="first"))
    for answer in ("second", "third"):
        server.save(APP.format(prelude=prelude, question="''", answer=answer))

    sentence = (
        f"All of the app is imported at each save, as it {reason.format(data=tmp_path / 'data')} while it is imported."
    )
    server.wait_for_log(sentence)
    assert server.log().count(sentence) == 1
    assert server.get().text == "third "
