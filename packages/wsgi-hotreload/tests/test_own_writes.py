"""What the app itself writes is no save, and a folder without Python files is none either."""

import pytest

from hotreload_support.server import APP, ReloadServer, Start
from hotreload_support.waiting import wait_for

# Counts its requests in memory, which a reload would lose, and does something at each.
COUNTING = """\
import os
import uuid
from flask import Flask

STATE = {{"visits": 0}}


def create_app():
    app = Flask(__name__)

    @app.get("/")
    def visit():
        STATE["visits"] += 1
        {at_request}
        return str(STATE["visits"])

    return app


{at_import}
"""


def settle(server: ReloadServer) -> None:
    """Wait until a later save is live: changes are noticed in their order."""
    server.save("", "later.py")


@pytest.mark.parametrize("way", ["events", "polling"])
@pytest.mark.parametrize(
    "at_import",
    [
        "import shutil; shutil.rmtree('metrics', ignore_errors=True); os.makedirs('metrics/deep')",
        "import pathlib, time; pathlib.Path('made.py').write_text(f'AT = {time.time()}')",
        "import pathlib; pathlib.Path('made~').write_text(''); os.replace('made~', 'made.py')",
    ],
    ids=["a folder", "a file", "a file by rename"],
)
def test_what_an_app_writes_when_it_is_imported_does_not_reload_it(start: Start, way: str, at_import: str) -> None:
    server = start(COUNTING.format(at_import=at_import, at_request=""), HOTRELOAD_WATCH=way)

    settle(server)

    assert server.status()["generation"] == 2


@pytest.mark.parametrize(
    "at_request",
    [
        "os.makedirs('uploads/' + uuid.uuid4().hex)",
        "open(f'made_{STATE[\"visits\"]}.py', 'w').close()",
    ],
    ids=["a folder", "a file"],
)
def test_what_a_request_writes_does_not_reload_the_app(start: Start, at_request: str) -> None:
    server = start(COUNTING.format(at_import="", at_request=at_request))

    assert [server.get().text for _ in range(5)] == ["1", "2", "3", "4", "5"]
    settle(server)

    assert server.status()["generation"] == 2


def test_what_was_ignored_and_why_is_logged_once_for_each_folder(start: Start) -> None:
    at_request = "open(f'made_{STATE[\"visits\"]}.py', 'w').close()"
    server = start(COUNTING.format(at_import="", at_request=at_request))

    def is_logged() -> bool:  # a machine that is so busy that one is noticed late takes it for a save
        server.get()
        return "was written by the app itself" in server.log()

    wait_for("the line", is_logged)
    for _ in range(3):
        server.get()
    settle(server)

    assert server.log().count("was written by the app itself") == 1


def test_a_save_of_a_file_that_the_app_has_written_is_one(start: Start) -> None:
    making = "import pathlib\nmade = pathlib.Path('made.py')\nmade.exists() or made.touch()\n"
    server = start(making + APP.format("first"))
    server.wait_for_log("made.py was written by the app itself")

    def is_noticed() -> bool:
        server.write("VALUE = 1\n", "made.py")
        return "made.py" in server.save("", "later.py")["changed"]

    wait_for("a reload for it", is_noticed)


def test_a_folder_with_python_files_that_comes_and_goes_is_noticed(server: ReloadServer) -> None:
    folder = server.folder.parent / "moved"
    folder.mkdir()
    (folder / "module.py").write_text("")
    generation = server.status()["generation"]

    folder.rename(server.folder / "moved")
    status = server.settled_after(generation, "moved/module.py")
    (server.folder / "moved").rename(folder)

    assert server.settled_after(status["generation"], "moved/module.py")["state"] == "live"


ASKING = {
    "is there": "os.path.exists('orders.db')",
    "has a header": "os.path.exists('orders.db') and open('orders.db', 'rb').read(16)",
}
# As a factory may do that makes a database which is not there; requests write to it.
DATABASE = """import os
import sqlite3
from flask import Flask


def change():
    with sqlite3.connect("orders.db") as database:
        database.execute("CREATE TABLE IF NOT EXISTS orders (number)")
        database.execute("INSERT INTO orders VALUES (1)")
        return str(database.execute("SELECT count(*) FROM orders").fetchone()[0])


def create_app():
    app = Flask(__name__)
    {asking} or {at_load}
    app.add_url_rule("/", view_func=change)
    return app
"""


@pytest.mark.parametrize("way", ["events", "polling"])
@pytest.mark.parametrize(
    ("asking", "at_load"),
    [("is there", "change()"), ("has a header", "change()"), ("is there", "None")],
    ids=["looked for, and made at load", "read, and made at load", "looked for, and made by a request"],
)
def test_a_database_is_data_and_no_source(start: Start, asking: str, at_load: str, way: str) -> None:
    server = start(DATABASE.format(asking=ASKING[asking], at_load=at_load), HOTRELOAD_WATCH=way)
    first = int(server.get().text)

    assert [int(server.get().text) for _ in range(3)] == [first + 1, first + 2, first + 3]
    settle(server)

    assert server.status()["generation"] == 2
