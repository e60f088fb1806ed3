"""What a server does with edits of function bodies: it serves them without loading the app again."""

from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer, Start
from hotreload_support.swapping import needs_swaps
from hotreload_support.waiting import wait_for
from wsgi_hotreload.processes.installed import package_folders

pytestmark = needs_swaps

# Leaves a trace of each load.
APP = """\
from flask import Flask
from functions import greet

open("../loads", "a").write("load ")
{prelude}

def create_app():
    app = Flask(__name__)

    @app.get("/")
    def show():
        return greet() + " {text}"

    return app
"""
FUNCTIONS = "NUMBER = 1\n\ndef greet():\n    return '{}'\n"


@pytest.fixture
def server(start: Start, tmp_path: Path) -> ReloadServer:
    return start_with(start, tmp_path)


def start_with(start: Start, tmp_path: Path, prelude: str = "") -> ReloadServer:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/functions.py").write_text(FUNCTIONS.format("first"))
    return start(APP.format(text="1", prelude=prelude))


def loads(server: ReloadServer) -> int:
    return (server.folder.parent / "loads").read_text().count("load")


def edit_until_swapped(server: ReloadServer) -> None:
    """Edit a function until the copy of the loaded app is there."""

    def is_swapped() -> bool:
        before = server.status()
        server.write((server.folder / "functions.py").read_text(), "functions.py")
        return bool(server.settled_after(before["generation"], "functions.py")["swapped"] > before["swapped"])

    wait_for("a swap", is_swapped)


def test_edits_of_bodies_are_served_without_a_load_also_of_several_files(server: ReloadServer) -> None:
    edit_until_swapped(server)
    before = loads(server)

    for text in ("second", "third"):
        server.save(FUNCTIONS.format(text), "functions.py")
        assert server.get().text == f"{text} 1"
    server.save(APP.format(text="2", prelude=""))

    assert server.get().text == "third 2"
    assert loads(server) == before


def test_garbage_is_collected_again_soon_after_each_save(server: ReloadServer) -> None:
    collecting = "import gc\n" + FUNCTIONS.replace("'{}'", "'{} ' + str(gc.isenabled())")
    server.save(collecting.format("loaded"), "functions.py")
    wait_for("the collection after a load", lambda: server.get().text == "loaded True 1")
    edit_until_swapped(server)
    swapped = server.status()["swapped"]

    assert server.save(collecting.format("swapped"), "functions.py")["swapped"] == swapped + 1

    wait_for("the collection after a swap", lambda: server.get().text == "swapped True 1")


def test_what_cannot_be_swapped_is_loaded_and_counted_by_its_reason(server: ReloadServer) -> None:
    edit_until_swapped(server)
    before = loads(server), server.status()["swapped"]

    status = server.save(FUNCTIONS.format("second") + "MORE = 2\n", "functions.py")

    assert server.get().text == "second 1"
    assert (loads(server), status["swapped"]) == (before[0] + 1, before[1])
    assert status["not_swapped"]["code that ran while the app was loaded has changed"] == 1


def test_a_body_that_is_repaired_after_a_syntax_error_is_swapped(server: ReloadServer) -> None:
    edit_until_swapped(server)
    before = loads(server)
    assert server.save("def greet(:\n", "functions.py")["state"] == "broken"

    server.save(FUNCTIONS.format("second"), "functions.py")

    assert server.get().text == "second 1"
    assert loads(server) == before


def test_what_requests_have_changed_is_as_after_a_load(start: Start, tmp_path: Path) -> None:
    server = start_with(start, tmp_path, "import functions\n")
    edit_until_swapped(server)
    counting = "NUMBER = 1\n\ndef greet():\n    global NUMBER\n    NUMBER += 1\n    return f'{NUMBER} %s'\n"

    server.save(counting % "a", "functions.py")
    assert [server.get().text for _ in range(3)] == ["2 a 1", "3 a 1", "4 a 1"]
    server.save(counting % "b", "functions.py")

    assert server.get().text == "2 b 1"


def test_a_file_that_was_read_and_has_changed_is_read_again(start: Start, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("1")
    server = start_with(start, tmp_path, "SETTINGS = open('../settings.json').read()")
    edit_until_swapped(server)
    before = loads(server)
    (tmp_path / "settings.json").write_text("other")

    server.save(FUNCTIONS.format("second"), "functions.py")

    assert loads(server) == before + 1


@pytest.mark.parametrize(
    ("prelude", "reason"),
    [
        (
            "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
            "the app starts a thread while it is loaded",
        ),
        ("import socket\nkept = socket.socket()\n", "the app opens a socket while it is loaded"),
        ("import signal\nsignal.alarm(1000)\n", "the app sets a timer while it is loaded"),
        ("import random\nrandom.seed(1)\n", "the app draws random numbers of its own while it is loaded"),
    ],
)
def test_an_app_that_cannot_be_copied_is_loaded(start: Start, tmp_path: Path, prelude: str, reason: str) -> None:
    server = start_with(start, tmp_path, prelude)

    def is_the_reason() -> bool:
        server.save(FUNCTIONS.format("second"), "functions.py")
        return reason in server.status()["not_swapped"]

    wait_for("the reason", is_the_reason)
    assert server.get().text == "second 1"
    assert server.status()["swapped"] == 0


def test_a_random_generator_that_a_library_has_made_is_no_obstacle(start: Start, tmp_path: Path) -> None:
    library = package_folders()[-1] / "drawing_library.py"
    library.write_text("import numpy\n\ndef draw(generator=numpy.random.default_rng()): ...\n")
    try:
        server = start_with(start, tmp_path, "import drawing_library")
        edit_until_swapped(server)
    finally:
        library.unlink()


def test_a_worker_of_swapped_code_that_crashes_is_followed_by_one_with_the_same_code(server: ReloadServer) -> None:
    edit_until_swapped(server)
    crashing = "import os\n" + FUNCTIONS.format("{}")
    server.save(crashing.format("first"), "functions.py")
    server.save(crashing.format("second"), "functions.py")
    generation = server.save(crashing.replace("return", "os._exit(3)\n    return").format("third"), "functions.py")

    with pytest.raises(OSError, match="Connection"):
        server.get()
    server.settled_after(generation["generation"])
    server.save(crashing.format("fourth"), "functions.py")

    assert server.get().text == "fourth 1"


def test_a_module_is_the_file_that_its_link_leads_to_whichever_of_them_is_edited(start: Start, tmp_path: Path) -> None:
    (tmp_path / "source/linked").mkdir(parents=True)
    (tmp_path / "source/functions.py").write_text(FUNCTIONS.format("first"))
    (tmp_path / "source/linked/settings_dev.py").write_text("def text():\n    return 'old'\n")
    (tmp_path / "source/settings.py").symlink_to("linked/settings_dev.py")
    (tmp_path / "source/same").symlink_to("linked")
    prelude = "import settings, same.settings_dev"
    app = APP.format(text="{settings.text()} {same.settings_dev.text()}", prelude=prelude)
    server = start(app.replace('" {', 'f" {'))
    edit_until_swapped(server)

    server.save("def text():\n    return 'new'\n", "linked/settings_dev.py")

    assert server.get().text == "first new new"
