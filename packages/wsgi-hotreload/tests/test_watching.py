"""Which changes are noticed."""

from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from hotreload_support.editing import save_by_rename, save_in_place
from hotreload_support.waiting import wait_for
from wsgi_hotreload.watch.mounts import file_system_of
from wsgi_hotreload.watch.polling import Poller
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.watch.watcher import UNFINISHED_SECONDS, Watcher, watch_source

LONG_ENOUGH = 30.0
# Nothing can be waited for where nothing shall happen: polling would have noticed by then.
NOTHING = 1.0


@pytest.fixture(params=["events", "polling"])
def watcher(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watcher]:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/old.py").write_text("1")
    watcher = watch_source(tmp_path, request.param)[0]
    yield watcher
    watcher.stop()


def wait_for_changes(watcher: Watcher, *paths: Path) -> None:
    """Wait until all of these are noticed: on a busy machine, one change may be told in several bursts."""
    missing = set(paths)
    while missing:
        changed = watcher.wait(LONG_ENOUGH)
        assert changed, f"never noticed: {missing}"
        missing -= changed


def test_a_change_of_code_is_told_from_one_of_a_page(tmp_path: Path) -> None:
    watcher = watch_source(tmp_path, "events")[0]
    for path, is_code in ((tmp_path / "templates/page.html", False), (tmp_path / "app.py", True)):
        path.parent.mkdir(exist_ok=True)
        path.touch()
        wait_for(path.name, lambda: watcher.seconds_left() is not None)

        assert watcher.has_code() is is_code
        wait_for_changes(watcher, path)
    watcher.stop()


def test_a_save_in_place_is_noticed(watcher: Watcher, tmp_path: Path) -> None:
    save_in_place(tmp_path / "functions/old.py", "22")

    assert watcher.wait(LONG_ENOUGH) == {tmp_path / "functions/old.py"}


def test_a_file_that_was_emptied_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgi_hotreload.watch.watcher.EMPTIED_SECONDS", LONG_ENOUGH)
    edited = tmp_path / "edited.py"
    edited.write_text("1")
    watcher = watch_source(tmp_path, "events")[0]
    with edited.open("w") as file:
        assert wait_for("the event", watcher.seconds_left) > UNFINISHED_SECONDS
        file.write("22")

    assert watcher.wait(LONG_ENOUGH) == {edited}
    watcher.stop()


def test_a_new_file_is_waited_for_until_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgi_hotreload.watch.watcher.UNFINISHED_SECONDS", LONG_ENOUGH)
    watcher = watch_source(tmp_path, "events")[0]
    with (tmp_path / "new.py").open("w") as file:
        assert wait_for("the event", watcher.seconds_left) > NOTHING
        file.write("1")

    assert watcher.wait(LONG_ENOUGH) == {tmp_path / "new.py"}
    watcher.stop()


def test_a_write_that_is_closed_late_is_one_change(tmp_path: Path) -> None:
    watcher = watch_source(tmp_path, "events")[0]
    edited, next_edited = tmp_path / "edited.py", tmp_path / "next.py"
    with edited.open("w") as file:
        file.write("1")
        file.flush()
        assert watcher.wait(LONG_ENOUGH) == {edited}
    next_edited.write_text("1")

    assert watcher.wait(LONG_ENOUGH) == {next_edited}
    watcher.stop()


def test_a_file_that_is_written_again_before_it_is_closed_has_changed_again(tmp_path: Path) -> None:
    watcher = watch_source(tmp_path, "events")[0]
    edited = tmp_path / "edited.py"
    with edited.open("w") as file:
        for text in ("1", "2"):
            file.seek(0)
            file.write(text)
            file.flush()
            assert watcher.wait(LONG_ENOUGH) == {edited}
    watcher.stop()


def test_a_save_by_rename_is_noticed(watcher: Watcher, tmp_path: Path) -> None:
    save_by_rename(tmp_path / "functions/old.py", "22")

    assert watcher.wait(LONG_ENOUGH) == {tmp_path / "functions/old.py"}


def test_a_file_in_a_new_folder_is_noticed(watcher: Watcher, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new/module.py").write_text("1")

    wait_for_changes(watcher, tmp_path / "new/module.py")


def test_a_deleted_file_is_noticed(watcher: Watcher, tmp_path: Path) -> None:
    (tmp_path / "functions/old.py").unlink()

    wait_for_changes(watcher, tmp_path / "functions/old.py")


def test_a_renamed_folder_is_noticed(watcher: Watcher, tmp_path: Path) -> None:
    (tmp_path / "functions").rename(tmp_path / "renamed")

    wait_for_changes(watcher, tmp_path / "functions/old.py")


@pytest.mark.parametrize(
    "name",
    [
        "notes/page.txt",
        "functions/__pycache__/old.cpython-314.pyc",
        ".git/hook.py",
        "venv/lib/package.py",
        "a.py~",
    ],
)
def test_what_is_not_the_apps_source_is_ignored(watcher: Watcher, tmp_path: Path, name: str) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/pyvenv.cfg").touch()
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    watcher.wait(NOTHING)

    (tmp_path / name).write_text("1")

    assert {path for path in watcher.wait(NOTHING) if path.suffix} == set()


def test_reading_a_file_is_no_change(watcher: Watcher, tmp_path: Path) -> None:
    (tmp_path / "functions/old.py").read_text()

    assert watcher.wait(NOTHING) == set()


def test_of_a_burst_no_file_is_missed(watcher: Watcher, tmp_path: Path) -> None:
    modules = [tmp_path / f"module_{number}.py" for number in range(50)]
    for module in modules:
        module.write_text("1")

    wait_for_changes(watcher, *modules)
    assert watcher.wait(NOTHING) == set()


def test_the_log_line_says_how_and_why(tmp_path: Path) -> None:
    watcher, description = watch_source(tmp_path, "polling")
    watcher.stop()

    mount = f"{file_system_of(tmp_path)} mount"
    assert description == f"watching {tmp_path} by polling ({mount}, HOTRELOAD_WATCH)"


def test_an_unknown_way_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refusal:
        watch_source(tmp_path, "inotify")

    assert str(refusal.value) == (
        "HOTRELOAD_WATCH is 'inotify', which is not known: set it to auto, events or polling."
    )


def test_a_file_of_the_source_that_is_not_read_any_more_has_not_changed(tmp_path: Path) -> None:
    page, later, last = (tmp_path / name for name in ("page.py", "later.py", "last.py"))
    page.touch()
    changed: Queue[Path] = Queue()
    poller = Poller(tmp_path, changed.put)
    poller.watch_files(frozenset({str(page)}))
    poller.start()
    page.write_text("read")
    assert changed.get(timeout=LONG_ENOUGH) == page

    poller.watch_files(frozenset())

    for path in (later, last):
        path.touch()
        assert changed.get(timeout=LONG_ENOUGH) == path
    poller.stop()


# Files below the source, and whether they belong to it.
SOURCE = {
    "app.py": True,
    "functions/text.py": True,
    "__pycache__old/kept.py": True,
    "__pycache__/app.py": False,
    ".hidden.py": False,
    ".git/hook.py": False,
    "node_modules/tool/x.py": False,
    "any_name/pyvenv.cfg": False,
    "any_name/lib/x.py": False,
    "lib/python3.14/site-packages/flask/app.py": False,
}


@pytest.mark.parametrize("made_in_place", [False, True], ids=["", "python -m venv ."])
def test_all_watchers_and_loaders_have_one_rule(tmp_path: Path, made_in_place: bool) -> None:
    for name in [*SOURCE, *(["pyvenv.cfg"] if made_in_place else [])]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    tree = SourceTree(tmp_path)
    own = {tmp_path / name for name, is_own in SOURCE.items() if is_own}

    assert {tmp_path / name for name in SOURCE if name.endswith(".py") and tree.owns(tmp_path / name)} == own
    assert tree.files(".py") == own
    assert set(Poller(tmp_path, lambda _: None).look()) == set(map(str, own))


def test_a_module_that_hides_one_of_pythons_is_named(tmp_path: Path) -> None:
    for name in ("app.py", "queue.py", "email/__init__.py", "secrets/token.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert SourceTree(tmp_path).shadowing() == [tmp_path / "email", tmp_path / "queue.py"]
