"""A folder that the app lists, to read what it finds, is source: a new file there is a save."""

from pathlib import Path

import pytest

from hotreload_support.server import ReloadServer, Start
from hotreload_support.waiting import wait_for

# Responds with the posts that it found when it was loaded, and writes beside them at requests.
LISTING = """\
import glob
import os
import pathlib
from flask import Flask

POSTS = {{str(path): open(path).read() for path in {listing}}}


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/", "posts", lambda: " ".join(sorted(POSTS.values())))
    app.add_url_rule("/write", "write", lambda: str(pathlib.Path("posts/own.md").write_text("own")))
    app.add_url_rule("/log", "log", lambda: str(LOG.write("line\\n")))
    return app


LOG = open("posts/app.md", "a", buffering=1) if {has_log} else None
"""
LISTINGS = {
    "pathlib": "pathlib.Path('posts').glob('*.md')",
    "glob": "glob.glob('posts/*.md')",
    "listdir": "['posts/' + name for name in os.listdir('posts') if name.endswith('.md')]",
    "any depth": "pathlib.Path('posts').rglob('*.md')",
}
NAMES = "POSTS = {name: name for name in os.listdir('posts')}"


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    posts = tmp_path / "source/posts"
    posts.mkdir(parents=True)
    (posts / "first.md").write_text("first")
    return posts


def wait_until_served(server: ReloadServer, text: str) -> None:
    wait_for(text, lambda: server.get().text == text)


def generation_after_a_later_save(server: ReloadServer) -> int:
    """The second, if nothing but that save was one: changes are noticed in their order."""
    server.save("", "later.py")
    return int(server.status()["generation"])


@pytest.mark.parametrize("way", ["events", "polling"])
@pytest.mark.parametrize("listing", LISTINGS)
def test_a_new_file_is_source(start: Start, posts: Path, listing: str, way: str) -> None:
    server = start(LISTING.format(listing=LISTINGS[listing], has_log=False), HOTRELOAD_WATCH=way)
    assert server.get().text == "first"

    (posts / "second.md").write_text("second")
    wait_until_served(server, "first second")
    (posts / "second.md").unlink()
    wait_until_served(server, "first")


@pytest.mark.parametrize("way", ["events", "polling"])
def test_a_new_file_like_those_whose_names_alone_are_read_is_source(start: Start, posts: Path, way: str) -> None:
    server = start(LISTING.format(listing="[]", has_log=False) + NAMES, HOTRELOAD_WATCH=way)
    assert server.get().text == "first.md"

    (posts / "app.db-journal").write_text("of a database")
    (posts / "photo.jpg").write_text("unlike")
    assert generation_after_a_later_save(server) == 2

    (posts / "second.md").write_text("second")
    wait_until_served(server, "app.db-journal first.md photo.jpg second.md")


@pytest.mark.parametrize("way", ["events", "polling"])
@pytest.mark.parametrize("state", ["missing", "empty", "with an empty folder"])
def test_any_new_file_in_a_folder_in_which_no_file_was_found_is_source(
    start: Start, posts: Path, way: str, state: str
) -> None:
    (posts / "first.md").unlink()
    if state == "missing":
        posts.rmdir()
    elif state == "with an empty folder":
        (posts / "2026").mkdir()
    server = start(LISTING.format(listing=LISTINGS["any depth"], has_log=False), HOTRELOAD_WATCH=way)

    posts.mkdir(exist_ok=True)
    (posts / "second.md").write_text("second")

    wait_until_served(server, "second")


@pytest.mark.parametrize("way", ["events", "polling"])
def test_a_new_file_in_a_new_folder_is_source(start: Start, posts: Path, way: str) -> None:
    server = start(LISTING.format(listing=LISTINGS["any depth"], has_log=False), HOTRELOAD_WATCH=way)

    (posts / "2026").mkdir()
    (posts / "2026/second.md").write_text("second")

    wait_until_served(server, "first second")


def test_a_file_that_is_new_while_the_app_is_loaded_is_source(start: Start, posts: Path) -> None:
    late = "\n(pathlib.Path('posts/second.md').exists() or os.system('echo second > posts/second.md'))\n"
    server = start(LISTING.format(listing=LISTINGS["glob"], has_log=False) + late)

    wait_until_served(server, "first second\n")
    assert sorted(path.name for path in posts.iterdir()) == ["first.md", "second.md"]


@pytest.mark.parametrize("name", ["photo.jpg", ".draft.md", "second.md~", ".git/second.md"])
@pytest.mark.parametrize("way", ["events", "polling"])
def test_what_is_not_like_the_files_that_were_read_is_no_source(start: Start, posts: Path, name: str, way: str) -> None:
    (posts / ".git").mkdir()
    server = start(LISTING.format(listing=LISTINGS["pathlib"], has_log=False), HOTRELOAD_WATCH=way)

    (posts / name).write_text("new")

    assert generation_after_a_later_save(server) == 2


@pytest.mark.parametrize("way", ["events", "polling"])
def test_what_a_request_writes_there_is_no_source(start: Start, posts: Path, way: str) -> None:
    server = start(LISTING.format(listing=LISTINGS["pathlib"], has_log=False), HOTRELOAD_WATCH=way)

    server.get("/write")

    assert (posts / "own.md").read_text() == "own"
    assert generation_after_a_later_save(server) == 2


@pytest.mark.parametrize("way", ["events", "polling"])
def test_a_log_that_the_app_writes_there_is_no_source(start: Start, posts: Path, way: str) -> None:
    listing = LISTINGS["pathlib"] + " if path.name != 'app.md'"
    server = start(LISTING.format(listing=listing, has_log=True), HOTRELOAD_WATCH=way)

    server.get("/log")
    server.get("/log")

    assert (posts / "app.md").read_text() == "line\nline\n"
    assert generation_after_a_later_save(server) == 2


@pytest.mark.parametrize("way", ["events", "polling"])
def test_a_database_that_the_app_makes_where_it_found_nothing_is_no_source(start: Start, posts: Path, way: str) -> None:
    (posts / "first.md").unlink()
    making = (
        "def create_table():\n    import sqlite3\n    connection = sqlite3.connect('posts/app.db')\n"
        "    connection.execute('CREATE TABLE t (x)')\n    connection.close()\n    return 'made'\n\n"
    )
    app = LISTING.format(listing=LISTINGS["pathlib"], has_log=False)
    server = start(
        making + app.replace("    return app", "    app.add_url_rule('/make', view_func=create_table)\n    return app"),
        HOTRELOAD_WATCH=way,
    )

    assert server.get("/make").text == "made"

    assert (posts / "app.db").exists()
    assert generation_after_a_later_save(server) == 2


def test_a_log_elsewhere_says_nothing_about_a_folder_in_which_nothing_was_found(start: Start, posts: Path) -> None:
    (posts / "first.md").unlink()
    server = start("open('app.log', 'a').close()\n" + LISTING.format(listing=LISTINGS["pathlib"], has_log=False))

    (posts / "second.md").write_text("second")

    wait_until_served(server, "second")


def test_a_folder_in_which_modules_are_found_is_none_that_is_listed(start: Start, posts: Path) -> None:
    server = start("open('posts/first.md').read()\n" + LISTING.format(listing="[]", has_log=False))

    (posts / "second.md").write_text("second")
    (posts.parent / "third.md").write_text("third")

    assert generation_after_a_later_save(server) == 2
