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
print(load("app:create_app", Path.cwd()))
"""


def load(folder: Path, text: str | None) -> str:
    """What loading says, in a fresh interpreter."""
    if text is not None:
        (folder / "app.py").write_text(text)
    command = [sys.executable, "-c", LOAD]
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
