"""A process that the kernel killed because memory ran out is told apart from one that somebody killed.

With a real limit: tests/host/test_out_of_memory.py.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from wsgi_hotreload.processes.exit_status import KILLED, OutOfMemoryKills, in_words

# The file as it is in a container that has reached its limit.
EVENTS = "low 0\nhigh 0\nmax 42\noom {0}\noom_kill {0}\noom_group_kill 0\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The counter and the limit of a control group."""
    kills, limit = tmp_path / "memory.events", tmp_path / "memory.max"
    kills.write_text(EVENTS.format(3))
    limit.write_text("268435456\n")
    return kills, limit


def test_a_kill_of_the_kernels_is_said_with_the_limit(tmp_path: Path, files: tuple[Path, Path]) -> None:
    kills = OutOfMemoryKills(tmp_path)
    files[0].write_text(EVENTS.format(4))

    words = "it ran out of memory and was killed (the container's limit is 256 MiB: raise it, or use less)"
    assert in_words(KILLED, kills) == words


@pytest.mark.usefixtures("files")
def test_a_kill_of_somebody_elses_is_not_taken_for_one(tmp_path: Path) -> None:
    assert in_words(KILLED, OutOfMemoryKills(tmp_path)) == "it was ended by SIGKILL"


@pytest.mark.parametrize("status", [KILLED, None], ids=["killed", "gone with its parent"])
def test_all_that_are_killed_together_ran_out_of_memory(
    tmp_path: Path, files: tuple[Path, Path], status: int | None
) -> None:
    kills = OutOfMemoryKills(tmp_path)
    files[0].write_text(EVENTS.format(4))

    assert "memory" in in_words(KILLED, kills)
    assert "memory" in in_words(status, kills)


def test_none_is_noticed_again_later(tmp_path: Path, files: tuple[Path, Path]) -> None:
    kills = OutOfMemoryKills(tmp_path)
    files[0].write_text(EVENTS.format(4))

    assert kills.any_within(60)
    assert not kills.any_within(0)


def test_without_a_limit_it_is_the_machines_memory(tmp_path: Path, files: tuple[Path, Path]) -> None:
    files[1].write_text("max\n")

    assert OutOfMemoryKills(tmp_path).advice() == "give the machine, or Docker Desktop, more of it, or use less"


def test_a_signal_without_a_name_is_said_by_its_number(tmp_path: Path) -> None:
    assert in_words(-36, OutOfMemoryKills(tmp_path)) == "it was ended by signal 36"


def test_an_end_can_be_told_where_there_is_no_sigkill() -> None:
    program = (
        "import signal; del signal.SIGKILL  # as on Windows\n"
        "from wsgi_hotreload.processes.exit_status import in_words; print(in_words(3))"
    )

    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert said.stdout == "it ended with exit status 3\n"


def test_where_nothing_counts_both_are_possible(tmp_path: Path) -> None:
    words = "it was ended by SIGKILL, as happens when memory runs out"

    assert in_words(KILLED, OutOfMemoryKills(tmp_path)) == words
