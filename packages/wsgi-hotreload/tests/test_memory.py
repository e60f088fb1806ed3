"""A process that the kernel killed because memory ran out is told apart from one that somebody killed.

With a real limit: tests/host/test_out_of_memory.py.
"""

import signal
from pathlib import Path

import pytest

from wsgi_hotreload.processes.exit_status import in_words
from wsgi_hotreload.processes.memory import VERSIONS, OutOfMemoryKills

KILLED = -signal.SIGKILL


@pytest.fixture(params=VERSIONS, ids=["version 2", "version 1"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """The counter and the limit of a control group."""
    kills, limit = (tmp_path / name for name in request.param)
    kills.parent.mkdir(exist_ok=True)
    kills.write_text("under_oom 0\noom_kill 3\n")
    limit.write_text("268435456\n")
    return kills, limit


def test_a_kill_of_the_kernels_is_said_with_the_limit(tmp_path: Path, files: tuple[Path, Path]) -> None:
    kills = OutOfMemoryKills(tmp_path)
    files[0].write_text("under_oom 0\noom_kill 4\n")

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
    files[0].write_text("under_oom 0\noom_kill 4\n")

    assert "memory" in in_words(KILLED, kills)
    assert "memory" in in_words(status, kills)


def test_none_is_noticed_again_later(tmp_path: Path, files: tuple[Path, Path]) -> None:
    kills = OutOfMemoryKills(tmp_path)
    files[0].write_text("under_oom 0\noom_kill 4\n")

    assert kills.any_within(60)
    assert not kills.any_within(0)


@pytest.mark.parametrize("limit", ["max\n", "9223372036854771712\n"])
def test_without_a_limit_it_is_the_machines_memory(tmp_path: Path, files: tuple[Path, Path], limit: str) -> None:
    files[1].write_text(limit)

    assert OutOfMemoryKills(tmp_path).advice() == "give the machine, or Docker Desktop, more of it, or use less"


def test_where_nothing_counts_both_are_possible(tmp_path: Path) -> None:
    words = "it was ended by SIGKILL, as happens when memory runs out"

    assert in_words(KILLED, OutOfMemoryKills(tmp_path)) == words
