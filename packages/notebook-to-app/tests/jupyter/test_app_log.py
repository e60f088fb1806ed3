"""The app's log as a page gets it: whole lines, each once, and anew when the app is started."""

from pathlib import Path

import pytest

from notebook_to_app.jupyter.app_log import FIRST_BYTES, LogLines, LogReader


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.write_text("first\n")
    return path


def append(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(text)


def test_each_line_comes_once_when_it_is_whole(log: Path) -> None:
    reader = LogReader(log)
    assert reader.news() == LogLines("first\n", begins=True)
    assert reader.news() is None

    append(log, "second\nthi")
    assert reader.news() == LogLines("second\n", begins=False)
    append(log, "rd\n")
    assert reader.news() == LogLines("third\n", begins=False)


def test_a_file_in_its_place_begins_anew(log: Path) -> None:
    reader = LogReader(log)
    reader.news()
    new = log.with_name("new")
    new.write_text("again\n")
    new.replace(log)

    assert reader.news() == LogLines("again\n", begins=True)


def test_of_a_long_one_the_end_comes_first(log: Path) -> None:
    append(log, "".join(f"line {number}\n" for number in range(FIRST_BYTES)))
    lines = LogReader(log).news()

    assert lines is not None
    assert lines.text.startswith("line ")
    assert lines.text.endswith(f"line {FIRST_BYTES - 1}\n")
    assert FIRST_BYTES - 100 < len(lines.text) <= FIRST_BYTES


def test_an_app_that_never_ran_has_none(tmp_path: Path) -> None:
    assert LogReader(tmp_path / "log").news() is None


def test_what_is_no_text_is_shown_as_such(log: Path) -> None:
    log.write_bytes(b"\xff\n")

    assert LogReader(log).news() == LogLines("\ufffd\n", begins=True)
