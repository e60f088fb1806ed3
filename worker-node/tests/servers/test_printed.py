import logging
import threading

import pytest

from servers.printed import PrintedLines


@pytest.fixture
def stdout(caplog: pytest.LogCaptureFixture) -> PrintedLines:
    caplog.set_level(logging.INFO, "stdout")
    return PrintedLines()


def test_each_line_is_logged_at_its_end(stdout: PrintedLines, caplog: pytest.LogCaptureFixture) -> None:
    print("one\ntwo", "words", file=stdout)

    assert caplog.messages == ["one", "two words"]


def test_a_line_that_has_begun_is_logged_when_it_is_flushed(
    stdout: PrintedLines, caplog: pytest.LogCaptureFixture
) -> None:
    print("begun", end="", file=stdout)
    assert caplog.messages == []

    stdout.flush()
    assert caplog.messages == ["begun"]


def test_threads_do_not_cut_each_others_lines(stdout: PrintedLines, caplog: pytest.LogCaptureFixture) -> None:
    stdout.write("of this ")
    other = threading.Thread(target=print, args=["of another thread"], kwargs={"file": stdout})
    other.start()
    other.join()
    stdout.write("thread\n")

    assert caplog.messages == ["of another thread", "of this thread"]


def test_a_program_that_the_app_starts_writes_to_the_real_one(stdout: PrintedLines) -> None:
    assert stdout.fileno() == 1
