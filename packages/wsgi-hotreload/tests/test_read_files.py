"""What the app reads while it is loaded is source: a change of it is a save."""

from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer, Start
from hotreload_support.waiting import wait_for

# Responds with what it read when it was loaded, or "missing", and reads or writes other files at requests.
READING = """\
import json
import os
import pathlib
from flask import Flask


def read(name):
    try:
        return {reading}
    except OSError:
        return "missing"


VALUE = read("{name}")


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/", "value", lambda: str(VALUE))
    app.add_url_rule("/late", "late", lambda: pathlib.Path("late.txt").read_text())
    app.add_url_rule("/write", "write", lambda: str(pathlib.Path("{name}").write_text('"own"')))
    return app
"""
READINGS = {
    "opened": "open(name).read()",
    "looked for before": "open(name).read() if os.path.exists(name) else 'missing'",
    "as a path": "pathlib.Path(name).read_text()",
    "as JSON": "json.load(open(name))",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source/settings").mkdir(parents=True)
    return tmp_path / "source"


def wait_until_served(server: ReloadServer, text: str) -> None:
    wait_for(text, lambda: server.get().text == text)


@pytest.mark.parametrize("way", ["events", "polling"])
@pytest.mark.parametrize(
    ("name", "reading"), list(zip([".env", "a.txt", ".env", "settings/a.json"], READINGS, strict=True))
)
def test_a_file_that_was_read_is_source(start: Start, folder: Path, name: str, reading: str, way: str) -> None:
    (folder / name).write_text("1")
    server = start(READING.format(name=name, reading=READINGS[reading]), HOTRELOAD_WATCH=way)
    assert server.get().text == "1"

    assert server.save("2", name)["changed"] == [name]
    wait_until_served(server, "2")  # it may have been loaded before it was whole
    (folder / name).unlink()
    wait_until_served(server, "missing")
    server.write("3", name)
    wait_until_served(server, "3")


def test_a_file_that_breaks_the_app_is_source(start: Start, folder: Path) -> None:
    (folder / "app.json").write_text("{")
    server = start(READING.format(name="app.json", reading=READINGS["as JSON"]))
    assert server.get().status_code == 500

    server.save("1", "app.json")
    wait_until_served(server, "1")


@pytest.mark.parametrize("request_path", ["/late", "/write"])
def test_what_only_requests_read_or_write_is_no_source(start: Start, folder: Path, request_path: str) -> None:
    (folder / "app.txt").write_text("1")
    (folder / "late.txt").write_text("1")
    server = start(READING.format(name="app.txt", reading=READINGS["opened"]))

    server.get(request_path)
    server.write("2", "late.txt")
    server.save("", "later.py")  # changes are noticed in their order

    assert server.status()["generation"] == 2


def test_a_file_that_the_app_reads_and_writes_when_it_is_loaded_does_not_reload_it(start: Start, folder: Path) -> None:
    (folder / "count.txt").write_text("1")
    counting = "__import__('pathlib').Path('count.txt').write_text(str(int(open(name).read()) + 1))"
    server = start("import time\n" + READING.format(name="count.txt", reading=counting) + "\ntime.sleep(1.5)\n")

    server.save("", "later.py")

    assert server.status()["generation"] == 2


def test_a_changed_env_file_keeps_the_pin_of_the_debugger(start: Start, folder: Path) -> None:
    (folder / ".env").write_text("1")
    setting = "os.environ.__setitem__('SETTING', open(name).read()) or os.environ['SETTING']"
    server = start(READING.format(name=".env", reading=setting))
    server.wait_for_log("PIN of the debugger")

    server.save("2", ".env")
    wait_until_served(server, "2")
    server.save("3", ".env")
    wait_until_served(server, "3")

    assert server.log().count("PIN of the debugger") == 1


def test_a_file_that_was_read_by_way_of_a_link_is_source_by_both_names(start: Start, folder: Path) -> None:
    (folder / "settings/dev.json").write_text("1")
    (folder / "settings.json").symlink_to("settings/dev.json")
    server = start(READING.format(name="settings.json", reading=READINGS["as JSON"]))

    (folder / "settings/dev.json").write_text("22")
    wait_until_served(server, "22")

    generation = server.status()["generation"]
    server.get("/write")
    (folder / "settings/late.py").write_text("")
    server.settled_after(generation, "settings/late.py")
    assert server.status()["generation"] == generation + 1
