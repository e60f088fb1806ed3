"""Files are exchanged at once, keep their mode, and are never overwritten when somebody else has changed them."""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotreload_support.waiting import wait_for
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_exchanged_and_keeps_its_mode(source: Path) -> None:
    path = source / "functions/text.py"
    path.chmod(0o640)

    assert atomic_write.write(path, b"X = 2\n", expected=b"X = 1\n") == []

    assert path.read_bytes() == b"X = 2\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert files(source) == ["functions/text.py"]


def test_who_reads_meanwhile_sees_the_old_text_or_the_new(source: Path) -> None:
    path = source / "functions/text.py"
    with path.open() as opened:
        atomic_write.write(path, b"X = 2\n", expected=b"X = 1\n")

        assert opened.read() == "X = 1\n"


def test_a_new_file_has_the_mode_that_the_person_has_chosen(source: Path) -> None:
    mask = os.umask(0o027)
    try:
        made = atomic_write.write(source / "services/mail/send.py", b"", expected=None)
    finally:
        os.umask(mask)

    assert (source / "services/mail/send.py").stat().st_mode & 0o777 == 0o640
    assert made == [source / "services", source / "services/mail"]


def test_a_file_that_was_changed_since_it_was_read_is_not_overwritten(source: Path) -> None:
    with pytest.raises(Refusal, match=r"text.py was changed by somebody else in this moment: run the cell again"):
        atomic_write.write(source / "functions/text.py", b"X = 2\n", expected=b"X = 0\n")

    assert (source / "functions/text.py").read_bytes() == b"X = 1\n"
    assert files(source) == ["functions/text.py"]


def add(path: Path, line: str) -> None:
    """As a notebook does, which begins again if the file has changed meanwhile."""
    while True:
        before = atomic_write.read(path) or b""
        with contextlib.suppress(atomic_write.ChangedMeanwhile):
            atomic_write.write(path, before + f"{line}\n".encode(), expected=before)
            return


def edit(path: Path, line: str) -> None:
    """As an editor does, in place and without a lock; it shows its next line when it has seen this one on disk."""
    with path.open("ab") as file:
        file.write(f"{line}\n".encode())
    wait_for(line, lambda: line in path.read_text().splitlines())


def test_two_notebooks_and_an_editor_that_write_at_once_lose_nothing_of_each_other(source: Path) -> None:
    path = source / "functions/text.py"
    writers = {"A": add, "B": add, "EDITOR": edit}

    def write_many(name: str) -> None:
        for number in range(200):
            writers[name](path, f"{name}_{number} = 1")

    with ThreadPoolExecutor(len(writers)) as pool:
        list(pool.map(write_many, writers))

    written = [f"{name}_{number} = 1" for name in writers for number in range(200)]
    assert sorted(path.read_text().splitlines()[1:]) == sorted(written)
    assert files(source) == ["functions/text.py"]


def test_what_is_open_in_an_editor_that_is_about_to_write_is_not_overwritten(source: Path) -> None:
    path = source / "functions/text.py"
    before = path.stat().st_ino
    with ThreadPoolExecutor(1) as notebook, path.open("ab") as editor:
        written = notebook.submit(atomic_write.write, path, b"X = 2\n", expected=b"X = 1\n")
        wait_for("the notebook's file in its place", lambda: path.stat().st_ino != before)
        editor.write(b"Y = 1\n")
        editor.close()

        with pytest.raises(atomic_write.ChangedMeanwhile):
            written.result()

    assert path.read_text() == "X = 1\nY = 1\n"
    assert files(source) == ["functions/text.py"]


def test_a_file_that_somebody_makes_in_the_same_moment_is_not_overwritten(source: Path) -> None:
    path = source / "functions/new.py"

    def make(number: int) -> bool:
        with contextlib.suppress(atomic_write.ChangedMeanwhile):
            atomic_write.write(path, f"X = {number}\n".encode(), expected=None)
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(60))).count(True) == 1


def test_a_read_only_file_is_refused(source: Path) -> None:
    (source / "functions/text.py").chmod(0o444)

    with pytest.raises(Refusal, match=r"text.py is read-only: allow writing it first, with chmod u\+w."):
        atomic_write.write(source / "functions/text.py", b"X = 2\n", expected=b"X = 1\n")


def test_a_failure_leaves_no_file_behind(source: Path) -> None:
    (source / "functions/folder.py").mkdir()

    with pytest.raises(Refusal, match=r"folder.py cannot be"):
        atomic_write.write(source / "functions/folder.py", b"", expected=None)

    assert files(source) == ["functions/text.py"]


def test_a_failure_leaves_no_folder_behind(source: Path) -> None:
    with pytest.raises(Refusal, match="cannot be written"):
        atomic_write.write(source / f"services/{'long' * 70}.py", b"", expected=None)

    assert not (source / "services").exists()
