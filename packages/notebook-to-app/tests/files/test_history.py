"""What was brought is taken back step by step, by file, and around what others have changed since."""

import errno
from pathlib import Path

import pytest

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.atomic_write import read
from notebook_to_app.files.changes import Change, apply
from notebook_to_app.files.history import History, Step

TWO = b"def f():\n    return 1\n\n\ndef g():\n    return 1\n"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history", "a.ipynb")


def bring(history: History, *changes: tuple[str, bytes | None]) -> None:
    made = [Change(title, read(Change(title, None, None).target.path), after) for title, after in changes]
    history.note(Step(tuple(made), apply(made)))


def test_steps_are_taken_back_one_after_the_other(source: Path, history: History) -> None:
    bring(history, ("functions/text.py", b"X = 2\n"))
    bring(history, ("functions/text.py", b"X = 3\n"))
    bring(history, ("services/mail/send.py", b""))

    history.take_back()
    assert not (source / "services").exists()
    history.take_back()
    assert (source / "functions/text.py").read_bytes() == b"X = 2\n"
    history.take_back()
    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"
    with pytest.raises(Refusal, match="There is nothing to undo"):
        history.take_back()


def test_steps_outlive_who_made_them(source: Path, history: History, tmp_path: Path) -> None:
    bring(history, ("functions/text.py", b"X = 2\n"))

    History(tmp_path / "history", "a.ipynb").take_back()

    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"


def test_each_notebook_takes_back_its_own_steps(source: Path, history: History, tmp_path: Path) -> None:
    bring(history, ("functions/text.py", b"X = 2\n"))
    other = History(tmp_path / "history", "b.ipynb")
    bring(other, ("functions/more.py", b"Y = 1\n"))

    history.take_back()

    assert (source / "functions/more.py").exists()
    with pytest.raises(Refusal, match="nothing was brought in this notebook"):
        history.take_back()


def test_the_newest_step_of_one_file_is_taken_back(source: Path, history: History) -> None:
    bring(history, ("functions/text.py", b"X = 2\n"))
    bring(history, ("functions/more.py", b"Y = 1\n"))

    history.take_back("functions/text.py")

    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"
    assert (source / "functions/more.py").exists()
    with pytest.raises(Refusal, match=r"There is nothing to undo in functions/text\.py"):
        history.take_back("functions/text.py")


def test_what_was_changed_elsewhere_in_the_file_stays(source: Path, history: History) -> None:
    path = source / "functions/text.py"
    path.write_bytes(TWO)
    bring(history, ("functions/text.py", TWO.replace(b"1", b"2", 1)))
    path.write_bytes(path.read_bytes() + b"\n\ndef h():\n    return 3\n")

    history.take_back()

    assert path.read_bytes() == TWO + b"\n\ndef h():\n    return 3\n"


def test_what_was_changed_in_the_same_place_is_not_taken_back(source: Path, history: History) -> None:
    path = source / "functions/text.py"
    bring(history, ("functions/text.py", b"X = 2\n"))
    path.write_bytes(b"X = 4\n")

    with pytest.raises(Refusal, match=r"functions/text.py was changed since in the same place"):
        history.take_back()

    assert path.read_bytes() == b"X = 4\n"
    path.write_bytes(b"X = 2\n")
    history.take_back()
    assert path.read_bytes() == b"X = 1\n"


def test_a_step_of_several_files_is_taken_back_whole_or_not_at_all(source: Path, history: History) -> None:
    more = source / "functions/more.py"
    more.write_bytes(b"Y = 1\n")
    bring(history, ("functions/text.py", b"X = 2\n"), ("functions/more.py", b"Y = 2\n"))
    more.write_bytes(b"Y = 3\n")

    with pytest.raises(Refusal):
        history.take_back()
    assert (source / "functions/text.py").read_bytes() == b"X = 2\n"

    more.write_bytes(b"Y = 2\n")
    history.take_back()
    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"
    assert more.read_bytes() == b"Y = 1\n"


def test_a_file_that_was_deleted_comes_back(source: Path, history: History) -> None:
    bring(history, ("functions/text.py", None))
    assert not (source / "functions/text.py").exists()

    history.take_back()

    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"


def test_a_folder_that_has_something_else_now_stays(source: Path, history: History) -> None:
    bring(history, ("services/mail.py", b""))
    (source / "services/other.txt").touch()

    history.take_back()

    assert [path.name for path in (source / "services").iterdir()] == ["other.txt"]


def test_of_several_files_none_is_written_if_one_cannot_be(source: Path) -> None:
    (source / "functions/more.py").write_bytes(b"Y = 1\n")

    with pytest.raises(Refusal):
        apply(
            [
                Change("services/new.py", None, b"Z = 1\n"),
                Change("functions/text.py", b"X = 1\n", b"X = 2\n"),
                Change("functions/more.py", b"other", b"Y = 2\n"),
            ]
        )

    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"
    assert not (source / "services").exists()


def test_nor_if_one_cannot_be_deleted(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(path: Path, **_: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy", path)

    (source / "functions/more.py").write_bytes(b"Y = 1\n")
    monkeypatch.setattr(Path, "unlink", failing)

    with pytest.raises(OSError, match="busy"):
        apply([Change("functions/text.py", b"X = 1\n", b"X = 2\n"), Change("functions/more.py", b"Y = 1\n", None)])

    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"
