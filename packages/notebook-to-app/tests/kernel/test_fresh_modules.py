"""An edit of the app's source is seen by the next cell, however the notebook has imported it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload_support.editing import save_by_rename, save_in_place
from notebook_support.kernel import StartKernel, running_kernel

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


THINGS = """\
import enum
from dataclasses import dataclass

LIMIT = {0}


class Color(enum.Enum):
    RED = {0}


@dataclass
class Thing:
    size: int = 0

    def shown(self):
        return {0}, self.size
"""
USER = "from functions.things import LIMIT, Thing\n\n\ndef made():\n    return Thing(LIMIT)\n"


def test_everything_that_the_notebook_has_of_a_module_follows(start_kernel: StartKernel, app_source: Path) -> None:
    path = app_source / "functions/things.py"
    path.write_text(THINGS.format(1))
    kernel = start_kernel()
    kernel.text(
        "from functions.things import LIMIT as limit, Color, Thing\n"
        "thing, red = Thing(7), Color.RED\nthings = {'a': [Thing(8)]}\nclass Own(Thing): pass\nown = Own(9)\nnumber = 1"
    )

    for value in (2, 3, 4):
        path.write_text(THINGS.format(value))
        shown = kernel.value(
            "limit, thing.shown(), isinstance(thing, Thing), things['a'][0].shown(), "
            "own.shown(), isinstance(own, Thing), red is Color.RED, red.value, number"
        )
        assert shown == f"({value}, ({value}, 7), True, ({value}, 8), ({value}, 9), True, True, {value}, 1)"


def test_modules_of_the_app_that_import_it_follow(start_kernel: StartKernel, app_source: Path) -> None:
    path = app_source / "functions/things.py"
    path.write_text(THINGS.format(1))
    (app_source / "functions/using.py").write_text(USER)
    kernel = start_kernel()
    kernel.text("from functions.using import made\nfrom functions.things import Thing")

    path.write_text(THINGS.format(2))

    assert kernel.value("made().shown(), isinstance(made(), Thing)") == "((2, 2), True)"


def test_a_package_that_imports_it_by_a_relative_import_follows(start_kernel: StartKernel, app_source: Path) -> None:
    package = app_source / "package"
    package.mkdir()
    (package / "__init__.py").write_text("from .inner import *\n")
    (package / "inner.py").write_text("from . import text\n\nWORDS = [text.WORD]\n")
    (package / "text.py").write_text(MODULE.format("first"))
    kernel = start_kernel()
    kernel.text("import package")

    (package / "text.py").write_text(MODULE.format("second"))

    assert kernel.value("package.WORDS") == "['second']"


def test_an_older_file_and_one_that_was_removed_are_noticed(start_kernel: StartKernel, app_source: Path) -> None:
    path, older = app_source / "functions/edited.py", app_source / "older"
    older.write_text(MODULE.format("older"))
    os.utime(older, (1, 1))
    path.write_text(MODULE.format("newer"))
    kernel = start_kernel()
    kernel.text("from functions.edited import word")

    older.rename(path)
    assert kernel.value("word()") == "'older'"

    path.rename(app_source / "functions/renamed.py")
    assert kernel.run("import functions.edited").error
    assert kernel.value("from functions.renamed import word; word()") == "'older'"


def test_a_source_that_is_a_link_is_watched_too(app_source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(app_source, target_is_directory=True)
    path = app_source / "functions/edited.py"
    path.write_text(MODULE.format("first"))
    with running_kernel(tmp_path / "linked", link, ENVIRONMENT="DEV") as kernel:
        kernel.text("from functions.edited import word")
        path.write_text(MODULE.format("second"))

        assert kernel.value("word()") == "'second'"


def test_a_definition_that_is_gone_is_gone(start_kernel: StartKernel, app_source: Path) -> None:
    path = app_source / "functions/edited.py"
    path.write_text(MODULE.format("first"))
    kernel = start_kernel()
    kernel.text("import functions.edited as module")

    path.write_text("WORD = 1\n")

    assert kernel.value("hasattr(module, 'word')") == "False"


def test_an_error_is_one_line_and_all_stays_as_it_was(start_kernel: StartKernel, app_source: Path) -> None:
    path = app_source / "functions/things.py"
    path.write_text(THINGS.format(1))
    (app_source / "functions/using.py").write_text(USER)
    kernel = start_kernel()
    kernel.text("from functions.using import made")

    path.write_text("LIMIT = 1 / 0\n")

    assert kernel.text("made().shown()") == (
        "functions/things.py: ZeroDivisionError: division by zero "
        "(the code of before is used until that is fixed)\n(1, 1)"
    )
    assert kernel.text("made().shown()") == "(1, 1)", "it is said once"


def test_many_edits_cost_no_time_and_keep_nothing(start_kernel: StartKernel, app_source: Path) -> None:
    path = app_source / "functions/many.py"
    code = "from dataclasses import dataclass\n\n" + "".join(
        f"@dataclass\nclass Thing{number}:\n    size: int = {{0}}\n" for number in range(60)
    )
    path.write_text(code.format(0))
    kernel = start_kernel()
    kernel.text("import gc\nfrom functions.many import *")

    for number in range(1, 41):
        path.write_text(code.format(number))
        assert kernel.value("Thing7().size") == str(number)

    kernel.text("from flask import Flask\ngc.collect()\nalive = [found for found in gc.get_objects()]")
    assert kernel.value("sum(isinstance(found, type) and found.__name__ == 'Thing7' for found in alive)") == "1"
    assert kernel.value("sum(type(found) is Flask for found in alive)") == "1"
