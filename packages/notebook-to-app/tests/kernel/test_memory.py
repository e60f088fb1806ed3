"""A kernel says that the one before was killed for memory."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from notebook_to_app.kernel.memory import report_kernel_killed_for_memory

SENTENCE = "The kernel was restarted: the one before was killed, since memory ran out. Its variables are gone.\n"


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "memory.events"
    path.write_text("low 0\noom 1\noom_kill 1\noom_group_kill 0\n")
    return path


def shell(tmp_path: Path) -> Any:  # noqa: ANN401 - without types
    made: Any = InteractiveShell(ipython_dir=str(tmp_path))
    made.kernel = SimpleNamespace(parent=SimpleNamespace(abs_connection_file=str(tmp_path / "kernel-1.json")))
    return made


def test_it_is_said_once_after_another_process_was_killed(
    tmp_path: Path, events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report_kernel_killed_for_memory(shell(tmp_path), events)
    events.write_text("oom_kill 2\n")

    after = shell(tmp_path)
    report_kernel_killed_for_memory(after, events)
    after.run_cell("1")
    after.run_cell("2")

    assert capsys.readouterr().err == SENTENCE


def test_a_restart_for_another_reason_says_nothing(
    tmp_path: Path, events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        restarted = shell(tmp_path)
        report_kernel_killed_for_memory(restarted, events)
        restarted.run_cell("1")

    assert capsys.readouterr().err == ""


def test_without_control_groups_nothing_is_noted(tmp_path: Path) -> None:
    report_kernel_killed_for_memory(shell(tmp_path), tmp_path / "none")

    assert not list(tmp_path.glob("*.killed"))
