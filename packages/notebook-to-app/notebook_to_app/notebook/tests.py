"""``%%bring MODULE --test``: what a cell has tried out becomes a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from notebook_to_app.core.cells import Cell
from notebook_to_app.core.merge import Surroundings, merge
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.core.test_writer import TriedOut, write_tests
from notebook_to_app.files.atomic_write import read
from notebook_to_app.files.changes import Change
from notebook_to_app.files.target_module import TargetModule, is_own, target_at
from notebook_to_app.notebook import display
from notebook_to_app.testing.run import test_file

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from notebook_to_app.notebook.bringer import Bringer


def write_tests_after_this_cell(target: TargetModule, tryouts: str, bringer: Bringer, shell: InteractiveShell) -> None:
    """Once the cell has run, and nothing in it has failed."""

    def after(result: Any) -> None:  # noqa: ANN401 - IPython's
        shell.events.unregister("post_run_cell", after)
        if not result.success:
            return
        try:
            _write(TriedOut(tryouts, result.result, target.name, read(target.path) or b""), target, bringer)
        except Refusal as refusal:
            display.show_sentence(str(refusal))

    shell.events.register("post_run_cell", after)


def _write(tried: TriedOut, target: TargetModule, bringer: Bringer) -> None:
    tests = target_at(test_file(target))
    before = read(tests.path)
    code, notes = write_tests(tried, before or b"")
    merged = merge(before or b"", Cell(code, ""), Surroundings(is_own, lambda _: None))
    bringer.change([Change(tests.title, before, merged.data)], notes)
