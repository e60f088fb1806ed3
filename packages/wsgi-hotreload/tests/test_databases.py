"""An app that asks its database while it is loaded: it is copied, and its connections are not."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer, Start
from hotreload_support.swapping import needs_swaps
from hotreload_support.waiting import wait_for

pytest.importorskip("sqlalchemy")
pytestmark = needs_swaps

# Its factory runs a query; each response has what tells the connection and its process apart.
APP = """\
import os
from flask import Flask
from sqlalchemy import create_engine, text

{prelude}
open("../loads", "a").write("load ")
engine = create_engine({url!r})


def create_app():
    app = Flask(__name__)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    app.add_url_rule("/pid", "pid", lambda: str(os.getpid()))

    @app.get("/")
    def show():
        with engine.connect() as connection:
            return " ".join(["{answer}", *map(str, connection.execute(text({question!r})).one())])

    return app
"""
REDIS_APP = """\
import redis
from flask import Flask

open("../loads", "a").write("load ")
client = redis.Redis.from_url({url!r})


def create_app():
    app = Flask(__name__)
    client.ping()

    @app.get("/")
    def show():
        return "{answer} " + str(client.client_id())

    return app
"""
COUNT = "SELECT count(*) FROM orders"


def loads(server: ReloadServer) -> int:
    return (server.folder.parent / "loads").read_text().count("load")


def save_until_swapped(server: ReloadServer, app: Callable[[str], str]) -> None:
    """Save edits of a body until one is swapped: at first, libraries are not loaded ahead."""
    numbers = iter(range(1000))

    def is_swapped() -> bool:
        before = server.status()["swapped"]
        number = next(numbers)
        after = server.save(app(f"try {number}"))["swapped"]
        assert server.get().text.startswith(f"try {number} ")
        return bool(after > before)

    wait_for("a swap", is_swapped)


def descriptors_of(pid: int, name: str) -> list[str]:
    links = (link for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink())
    return [link.name for link in links if name in str(link.readlink())]


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_with_sqlite_edits_are_swapped_and_each_process_opens_the_file_itself(start: Start, journal: str) -> None:
    prepare = (
        "import sqlite3\n"
        "with sqlite3.connect('../orders.db') as database:\n"
        f"    database.execute('PRAGMA journal_mode = {journal}')\n"
        "    database.execute('CREATE TABLE IF NOT EXISTS orders (number)')\n"
        "database.close()\n"
    )

    def app(answer: str) -> str:
        return APP.format(prelude=prepare, url="sqlite:///../orders.db", question=COUNT, answer=answer)

    server = start(app("first"))
    save_until_swapped(server, app)
    before = loads(server)

    server.save(app("second"))

    assert descriptors_of(server.worker(), "orders.db") == []
    assert server.get().text == "second 0"
    assert descriptors_of(server.worker(), "orders.db") != []
    assert loads(server) == before, server.status()["not_swapped"]


@pytest.mark.parametrize(
    ("url", "pool"),
    [("sqlite://", "StaticPool"), ("sqlite:///file:orders?mode=memory&cache=shared&uri=true", "QueuePool")],
    ids=["one connection", "shared"],
)
def test_a_database_in_memory_is_as_the_factory_has_filled_it(start: Start, url: str, pool: str) -> None:
    fill = (
        "connection.execute(text('CREATE TABLE orders (number)'))\n"
        "        connection.execute(text('INSERT INTO orders VALUES (7)'))\n"
        "        connection.commit()\n"
    )
    # With a log, there is an open file, too.
    prelude = "from sqlalchemy import pool\nlog = open('../log.txt', 'a')\n"
    options = f"poolclass=pool.{pool}, connect_args={{'check_same_thread': False}}"

    def app(answer: str) -> str:
        text = APP.format(prelude=prelude, url=url, question=COUNT, answer=answer)
        text = text.replace(f"create_engine({url!r})", f"create_engine({url!r}, {options})")
        return text.replace('connection.execute(text("SELECT 1"))\n', fill)

    server = start(app("first"))
    assert server.get().text == "first 1"
    save_until_swapped(server, app)

    assert server.get().text.endswith(" 1")


def test_a_connection_that_stays_in_use_is_named_with_the_line_that_opened_it(start: Start) -> None:
    def app(answer: str) -> str:
        text = APP.format(prelude="", url="sqlite:///../orders.db", question="SELECT 1", answer=answer)
        return text.replace(
            "\n\ndef create_app", "\nkept = engine.connect()\nkept.execute(text('SELECT 1'))\n\ndef create_app"
        )

    server = start(app("first"))
    for number in range(3):
        server.save(app(str(number)))

    database = server.folder.parent / "orders.db"
    line = app("").splitlines().index("kept = engine.connect()") + 1
    server.wait_for_log(f"All of the app is imported at each save, as it opens {database} (app.py, line ")
    assert f" line {line}" in server.log()
    assert server.get().text == "2 1"
    assert server.status()["swapped"] == 0


@pytest.fixture
def postgres() -> str:
    """The address of an empty database."""
    pytest.importorskip("psycopg")
    if not (url := os.environ.get("TEST_DATABASE_URL")):
        pytest.skip("TEST_DATABASE_URL names no PostgreSQL")
    return url.replace("postgresql://", "postgresql+psycopg://")


def test_with_postgresql_each_process_has_a_backend_of_its_own(start: Start, postgres: str) -> None:
    def app(answer: str) -> str:
        return APP.format(prelude="", url=postgres, question="SELECT pg_backend_pid()", answer=answer)

    server = start(app("first"))
    save_until_swapped(server, app)
    before = loads(server)

    backends = []
    for number in range(5):
        server.save(app(f"edit {number}"))
        # The same connection as long as nothing is edited.
        asked = {server.get().text for _ in range(3)}
        assert len(asked) == 1
        backends.append(asked.pop())

    assert [text.rpartition(" ")[0] for text in backends] == [f"edit {number}" for number in range(5)]
    assert len({text.rpartition(" ")[2] for text in backends}) == len(backends)
    assert loads(server) == before


def test_with_redis_each_process_has_a_connection_of_its_own(start: Start) -> None:
    pytest.importorskip("redis")
    if not (url := os.environ.get("TEST_REDIS_URL")):
        pytest.skip("TEST_REDIS_URL names no Redis")

    def app(answer: str) -> str:
        return REDIS_APP.format(url=url, answer=answer)

    server = start(app("first"))
    save_until_swapped(server, app)
    before = loads(server)

    connections = []
    for number in range(3):
        server.save(app(f"edit {number}"))
        connections.append(server.get().text)

    assert [text.rpartition(" ")[0] for text in connections] == ["edit 0", "edit 1", "edit 2"]
    assert len({text.rpartition(" ")[2] for text in connections}) == len(connections)
    assert loads(server) == before
