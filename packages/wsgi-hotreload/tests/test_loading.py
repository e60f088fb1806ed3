"""A factory that fails is told in one sentence, and by a traceback that begins in the app."""

import subprocess
import sys
from pathlib import Path

import pytest

from hotreload_support.server import PACKAGE_PATH

LOAD = """
import sys
from pathlib import Path

from wsgi_hotreload.loading import load

sys.path.insert(0, str(Path.cwd()))
print(load(sys.argv[1], Path.cwd()))
"""


def load(folder: Path, text: str | None, factory: str = "app:create_app") -> str:
    """What loading says, in a fresh interpreter."""
    if text is not None:
        (folder / "app.py").write_text(text)
    command = [sys.executable, "-c", LOAD, factory]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, env={"PYTHONPATH": PACKAGE_PATH}
    ).stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no app.py in {folder}: the app is made by app:create_app."),
        ("", "app.py defines no create_app(): the app is made by app:create_app."),
        (
            "def create_app(): pass",
            "create_app() in app.py returned None, which is no app: is a return missing?",
        ),
    ],
)
def test_what_is_missing_is_one_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    assert load(tmp_path, text) == sentence.format(folder=tmp_path) + "\n"


def test_a_syntax_error_names_its_file_and_line(tmp_path: Path) -> None:
    said = load(tmp_path, "x = 1\ndef broken(:\n").splitlines()

    assert said[0] == f"The app cannot be loaded: SyntaxError: invalid syntax ({tmp_path}/app.py, line 2)"
    assert said[2:4] == [f'  File "{tmp_path}/app.py", line 2', "    def broken(:"]


def test_the_traceback_begins_in_the_app(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import json\njson.loads('{')\n")

    said = load(tmp_path, "import helper\n").splitlines()

    frames = [line.strip().partition(",")[0] for line in said if line.startswith("  File")]
    assert frames[:2] == [f'File "{tmp_path}/app.py"', f'File "{tmp_path}/helper.py"']
    assert "json/__init__.py" in frames[2], "what the app called is shown too"
    assert "wsgi_hotreload" not in "\n".join(said)


def test_an_exit_at_import_is_a_failure_not_an_exit(tmp_path: Path) -> None:
    assert load(tmp_path, "raise SystemExit(3)").startswith("The app cannot be loaded: SystemExit: 3\n")


WITH_ARGUMENTS = """
class App(list):
    def __call__(self, environ, start_response): ...

def create_app(*arguments, **options): return App([arguments, options])
def two(first, second): return App([first, second])
"""


@pytest.mark.parametrize(
    ("factory", "text", "app"),
    [
        ("app:create_app('dev', 2, debug=True)", WITH_ARGUMENTS, "[('dev', 2), {'debug': True}]"),
        ("app:two(1, 2)", WITH_ARGUMENTS, "[1, 2]"),
        ("app:create_app", WITH_ARGUMENTS, "[(), {}]"),
        ("app:create_app()", WITH_ARGUMENTS, "[(), {}]"),
        ("app:app", f"{WITH_ARGUMENTS}app = App('a')", "['a']"),
        ("app", f"{WITH_ARGUMENTS}application = App('a')", "['a']"),
        ("app", WITH_ARGUMENTS, "[(), {}]"),
        ("app:app", "from flask import Flask\napp = Flask('x')", "<Flask 'x'>"),
        ("app:app", "from flask import Flask\napp = Flask('x')\napp.wsgi_app = app.wsgi_app", "<Flask 'x'>"),
    ],
)
def test_the_app_can_be_named_as_for_other_servers(tmp_path: Path, factory: str, text: str, app: str) -> None:
    assert load(tmp_path, text, factory) == f"{app}\n"


def test_an_app_in_a_package_is_found(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text(f"{WITH_ARGUMENTS}app = App('a')")

    assert load(tmp_path, None, "app:app") == "['a']\n"


@pytest.mark.parametrize("factory", ["app:create_app(", "app:a.b", "app:create_app(x)"])
def test_a_name_that_is_none_is_one_sentence(tmp_path: Path, factory: str) -> None:
    assert load(tmp_path, "", factory).startswith(f"{factory!r} names no app: write module:function, or")


def test_no_usual_name_is_one_sentence(tmp_path: Path) -> None:
    assert load(tmp_path, "", "app").startswith("app.py defines no app or application or create_app or make_app: ")
