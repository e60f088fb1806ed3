"""Where processes cannot be forked, a new interpreter serves each state."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from hotreload_support.editing import save_by_rename, save_in_place
from hotreload_support.ports import free_port
from hotreload_support.server import APP, PACKAGE_PATH
from hotreload_support.waiting import wait_for
from wsgi_hotreload.browser.script import SCRIPT

PROGRAM = """
import sys
from wsgi_hotreload import portable
from wsgi_hotreload.supervisor import loop

loop.Supervisor = portable.Supervisor  # as serving.py chooses on macOS and Windows
from wsgi_hotreload.__main__ import main

main()
"""

# A role that says what the app's code is, and goes on.
JOBS = """
import time
from pathlib import Path
from app import create_app

Path("said").write_text(create_app().view_functions["answer"]())
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/app.py").write_text(APP.format("first"))
    (tmp_path / "source/jobs.py").write_text(JOBS)
    return tmp_path / "source"


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    url = f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PROGRAM,
            "app:create_app",
            "--port",
            url.rpartition(":")[2],
            "--role",
            "worker=python -m jobs",
        ],
        cwd=folder,
        env={"PYTHONPATH": PACKAGE_PATH},
    )
    wait_for("the first answer", lambda: answer(url) == "first")
    yield url
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def answer(url: str) -> str:
    try:
        return requests.get(url, timeout=60).text
    except requests.ConnectionError:
        return ""


def page(url: str) -> str:
    return requests.get(url, headers={"Accept": "text/html"}, timeout=60).text


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_saves_are_answered_by_their_own_code(url: str, folder: Path, save) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for number in range(100, 105):
        save(folder / "app.py", APP.format(number))
        wait_for(str(number), lambda number=number: requests.get(url, timeout=60).text == str(number))  # type: ignore[misc]


def test_a_syntax_error_is_answered_and_mended_by_the_next_save(url: str, folder: Path) -> None:
    (folder / "app.py").write_text("def broken(:\n")
    wait_for("the error", lambda: "SyntaxError: invalid syntax" in answer(url))

    (folder / "app.py").write_text(APP.format("mended"))

    wait_for("the app", lambda: answer(url) == "mended")


def test_an_app_that_exits_is_started_anew_by_the_next_save(url: str, folder: Path) -> None:
    (folder / "app.py").write_text("import os\nos._exit(3)\n")
    (folder / "app.py").write_text(APP.format("mended"))

    wait_for("the app", lambda: answer(url) == "mended")


@pytest.mark.usefixtures("url")
def test_a_role_is_started_anew_by_each_save(folder: Path) -> None:
    said = folder / "said"
    wait_for("the role", lambda: said.exists() and said.read_text() == "first")

    (folder / "app.py").write_text(APP.format("second"))

    wait_for("the role with the new code", lambda: said.read_text() == "second")


def test_a_page_that_is_open_follows(url: str, folder: Path) -> None:
    def page_of(generation: int, text: str) -> bool:
        """Whether that is served, with the script, and what a script would see that waits for it."""
        text_of_page = page(url)
        status = requests.get(f"{url}/__hotreload__", params={"after": generation - 1}, timeout=60).json()
        return (
            text in text_of_page and f'data-after="{generation}"' in text_of_page and status["generation"] == generation
        )

    app = APP.replace("{}", "<html>{}</html>")
    (folder / "app.py").write_text(app.format("second"))
    wait_for("the second page", lambda: page_of(2, "second"))
    (folder / "app.py").write_text("1 / 0\n")
    wait_for("the page of the error", lambda: page_of(3, "ZeroDivisionError"))
    (folder / "app.py").write_text(app.format("mended"))
    wait_for("the page of mended code", lambda: page_of(4, "mended"))


def test_a_page_gets_the_script_that_it_names(url: str, folder: Path) -> None:
    (folder / "app.py").write_text(APP.replace("{}", "<html></html>"))
    wait_for("the page", lambda: "<script" in page(url))
    (address,) = re.findall(r'src="(.*?)"', page(url))

    script = requests.get(url + address, timeout=60)

    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.content == SCRIPT.read_bytes()
