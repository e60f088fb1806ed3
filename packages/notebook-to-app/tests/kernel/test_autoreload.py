"""An edit of the app's source is seen by the next cell, however the notebook has imported it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload_support.editing import save_by_rename, save_in_place
from notebook_support.kernel import StartKernel

MODULE = """\
def word():
    return "{0}"


class Thing:
    def word(self):
        return "{0}"


WORD = "{0}"
"""


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_each_of_many_edits_is_seen(
    start_kernel: StartKernel, app_source: Path, save: Callable[[Path, str], None]
) -> None:
    path = app_source / "functions/edited.py"
    path.write_text(MODULE.format("first"))
    kernel = start_kernel()
    kernel.text("from functions.edited import word, Thing\nimport functions.edited as module\nthing = Thing()")

    for text in ("other", "third", "fifth", "sixth"):
        save(path, MODULE.format(text))
        seen = kernel.value("word(), Thing().word(), thing.word(), module.word(), module.WORD")
        assert seen == repr((text,) * 5)


def test_a_new_function_of_an_imported_module_is_there(start_kernel: StartKernel, app_source: Path) -> None:
    path = app_source / "functions/edited.py"
    path.write_text(MODULE.format("first"))
    kernel = start_kernel()
    kernel.text("import functions.edited as module")

    path.write_text(MODULE.format("first") + "\n\ndef new():\n    return WORD\n")

    assert kernel.value("module.new()") == "'first'"


def test_an_edit_with_an_error_is_reported_and_its_fix_seen(start_kernel: StartKernel, app_source: Path) -> None:
    path = app_source / "functions/edited.py"
    path.write_text(MODULE.format("first"))
    kernel = start_kernel()
    kernel.text("from functions.edited import word")

    path.write_text("def word(:\n")
    shown = kernel.text("word()")
    assert "SyntaxError" in shown
    assert shown.endswith("'first'")

    path.write_text(MODULE.format("fixed"))
    assert kernel.value("word()") == "'fixed'"
