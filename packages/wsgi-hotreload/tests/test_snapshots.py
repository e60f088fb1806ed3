"""Of a large app, what nobody edits is imported once; what is served is what a new interpreter would serve."""

import os
import signal
from pathlib import Path

import pytest

from hotreload_support.large_app import (
    STABLE,
    StartLarge,
    edit,
    edit_until_nothing_stable_is_run_again,
    runs_of_stable_modules,
)
from hotreload_support.server import parent_of
from hotreload_support.swapping import needs_swaps
from hotreload_support.waiting import wait_for
from wsgi_hotreload.supervisor.edit_history import RECENT_SAVES


def test_what_comes_before_an_edited_module_is_not_run_again(start_large: StartLarge) -> None:
    server = start_large(edited="VALUE = 1\n", after="VALUE = 10\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")
    before = runs_of_stable_modules(server)

    for number in range(3, 13):
        assert edit(server, "edited", f"VALUE = {number}\n") == f"{number} 10"

    # Once more, if the libraries were loaded ahead only then.
    assert runs_of_stable_modules(server) <= before + len(STABLE)


@needs_swaps
def test_a_body_is_swapped_in_an_app_that_was_loaded_from_a_snapshot(start_large: StartLarge) -> None:
    body = "class Value:\n    def __str__(self):\n        return '{}'\n\nVALUE = Value()\n"
    server = start_large(edited="VALUE = 1\n", after=body.format("a"))
    edit(server, "after", body.format("b"))
    for number in range(RECENT_SAVES + 1):  # after which the code of the other module is kept in memory again
        edit_until_nothing_stable_is_run_again(server, "edited", f"VALUE = {number}\n")

    def is_swapped() -> bool:
        before = server.status()
        text = f"generation {before['generation']}"
        assert edit(server, "after", body.format(text)) == f"{RECENT_SAVES} {text}"
        return bool(server.status()["swapped"] > before["swapped"])

    wait_for("a swap", is_swapped)
    assert "a file that the app has read has changed" not in server.status()["not_swapped"]


def test_what_an_edited_module_registers_elsewhere_is_there_once_and_in_its_order(start_large: StartLarge) -> None:
    server = start_large(
        registry="ENTRIES = []\n",
        edited="",
        counting="from parts.registry import ENTRIES\nVALUE = ENTRIES[:]\n",
    )
    register = "from parts.registry import ENTRIES\nENTRIES.append({})\n"
    edit_until_nothing_stable_is_run_again(server, "edited", register.format(1))

    assert edit(server, "edited", register.format(2)) == "[2]"
    assert edit(server, "edited", register.format(3) + register.format(4)) == "[3, 4]"
    assert edit(server, "edited", "") == "[]"


def test_what_an_edited_module_patches_is_as_it_was_when_it_does_not_any_more(start_large: StartLarge) -> None:
    server = start_large(patched="VALUE = 'own'\n", edited="", importing="from parts.patched import VALUE\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "from parts import patched\npatched.VALUE = 'other'\n")
    assert server.get().text == "other other"

    assert edit(server, "edited", "") == "own own"


def test_a_module_from_before_that_is_edited_after_all_is_run_anew(start_large: StartLarge) -> None:
    server = start_large(early="VALUE = 1\n", edited="VALUE = 1\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")

    assert edit(server, "early", "VALUE = 5\n") == "5 2"
    assert edit(server, "edited", "VALUE = 6\n") == "5 6"


def test_a_module_that_was_looked_for_in_vain_is_found_when_it_is_made(start_large: StartLarge) -> None:
    optional = "try:\n    from parts.missing import VALUE\nexcept ImportError:\n    VALUE = 'missing'\n"
    server = start_large(optional=optional, edited="VALUE = 1\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")

    assert edit(server, "missing", "VALUE = 'found'\n") == "found 2"
    (server.folder / "parts/missing.py").unlink()
    wait_for("the state without it", lambda: server.get().text == "missing 2")


def test_a_python_file_that_was_read_and_not_imported_is_read_anew(start_large: StartLarge) -> None:
    settings = (
        "import pathlib\nFILE = pathlib.Path('settings.py')\nVALUE = FILE.read_text() if FILE.exists() else None\n"
    )
    server = start_large(reading=settings, edited="VALUE = 1\n")
    server.save("first", "settings.py")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")

    server.save("second", "settings.py")

    assert server.get().text == "second 2"


def test_a_plugin_that_the_app_has_loaded_by_its_path_is_run_anew(start_large: StartLarge, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/plugin.py").write_text("VALUE = 1\n")
    loading = "import importlib.util as util\nspec = util.spec_from_file_location('plugin', 'plugin.py')\n"
    loading += "plugin = util.module_from_spec(spec)\nspec.loader.exec_module(plugin)\nVALUE = plugin.VALUE\n"
    server = start_large(loading=loading, edited="VALUE = 1\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")

    server.save("VALUE = 'other'\n", "plugin.py")

    assert server.get().text == "other 2"


def test_a_broken_edit_is_shown_and_its_mending_served(start_large: StartLarge) -> None:
    server = start_large(edited="VALUE = 1\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")

    assert "ZeroDivisionError" in edit(server, "edited", "VALUE = 1 / 0\n")
    assert edit(server, "edited", "VALUE = 3\n") == "3"


def test_random_numbers_after_a_seed_are_the_same_as_ever(start_large: StartLarge) -> None:
    draw = "import random\nVALUE = random.random()  # {}\n"
    server = start_large(seeding="import random\nrandom.seed(1)\n", edited=draw.format(1))
    expected = server.get().text
    edit_until_nothing_stable_is_run_again(server, "edited", draw.format(2))

    assert edit(server, "edited", draw.format(3)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import socket\nkept = socket.socket()\n", "opens a socket"),
        ("import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n", "starts a thread"),
        ("import subprocess\nkept = subprocess.Popen(['sleep', '1000'])\n", "starts a process"),
        ("import tempfile\nkept = tempfile.TemporaryDirectory()\n", "has something to do at the end of the process"),
        ("import mmap\nkept = mmap.mmap(-1, 4096)\n", "shares memory"),
    ],
)
def test_what_one_process_alone_can_own_keeps_all_in_one_process(
    start_large: StartLarge, text: str, reason: str
) -> None:
    server = start_large(owning=text, edited="VALUE = 1\n")

    for number in range(2, 5):
        before = runs_of_stable_modules(server)
        assert edit(server, "edited", f"VALUE = {number}\n") == str(number)
        assert runs_of_stable_modules(server) == before + len(STABLE)

    assert server.log().count(f"All of the app is imported at each save, as it {reason}") == 1


def test_a_snapshot_that_is_killed_costs_nothing_but_its_saving(start_large: StartLarge) -> None:
    server = start_large(edited="VALUE = 1\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")
    worker = server.worker()
    snapshot = parent_of(worker)
    assert snapshot not in (None, server.zygote(), server.process.pid)

    os.kill(snapshot, signal.SIGKILL)
    wait_for("the new parent of the worker", lambda: parent_of(worker) == server.zygote())

    assert server.get().text == "2"
    assert edit(server, "edited", "VALUE = 3\n") == "3"
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 4\n")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_server_ends(start_large: StartLarge, ending: signal.Signals) -> None:
    server = start_large(edited="VALUE = 1\n")
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")
    server.write("while True:\n    pass\n", "parts/edited.py")
    wait_for("the endless import", lambda: server.status()["state"] == "loading" and len(server.processes()) >= 5)
    processes = server.processes()

    server.process.send_signal(ending)
    server.process.wait(timeout=30)

    wait_for("the end of them all", lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in processes))


@pytest.mark.parametrize(
    "reading",
    [
        "VALUE = pathlib.Path('settings.json').read_text()\n",
        "import pkgutil\nVALUE = pkgutil.get_data('app', 'settings.json').decode()\n",
        "VALUE = '' if not pathlib.Path('more.json').exists() else pathlib.Path('more.json').read_text()\n",
        "VALUE = ' '.join(sorted(path.stem for path in pathlib.Path().glob('*.json')))\n",
    ],
    ids=["read", "read as package data", "looked for in vain", "listed"],
)
def test_a_file_behind_the_snapshot_that_has_changed_is_read_anew(start_large: StartLarge, reading: str) -> None:
    server = start_large(
        "import pathlib\npathlib.Path('settings.json').exists() or pathlib.Path('settings.json').write_text('old')\n",
        reading=f"import pathlib\n{reading}",
        edited="VALUE = 1\n",
    )
    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")

    server.write("new", "settings.json")
    server.write("new", "more.json")

    assert edit(server, "edited", "VALUE = 3\n") in ("new 3", "more settings 3")


def test_a_virtual_environment_in_the_source_keeps_no_module_from_being_imported_once(start_large: StartLarge) -> None:
    server = start_large(edited="VALUE = 1\n")
    server.write("", "pyvenv.cfg")

    edit_until_nothing_stable_is_run_again(server, "edited", "VALUE = 2\n")


NOTE_OPENED = """\
import sys, threading
OPENED = set()
threading.Thread(target=threading.Event().wait, daemon=True).start()


def note(event, arguments):
    if event == "open" and "stable_" in str(arguments[0]):
        OPENED.add(str(arguments[0]).rpartition("/")[2].partition(".")[0])


sys.addaudithook(note)
"""


def test_of_an_app_that_cannot_be_copied_the_code_of_what_nobody_edits_is_kept_in_memory(
    start_large: StartLarge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    server = start_large(NOTE_OPENED, edited="VALUE = 1\n", counting="import app\nVALUE = len(app.OPENED)\n")
    number = 1

    def are_kept() -> bool:
        nonlocal number
        number += 1
        return edit(server, "edited", f"VALUE = {number}\n") == f"{number} 0"

    wait_for("a load that reads no file of a stable module", are_kept)
    server.save("VALUE = 'edited'\n", "parts/stable_0.py")
    assert server.get().text == f"edited {number} 1"
    assert edit(server, "edited", "VALUE = 'other'\n") == "edited other 1"
