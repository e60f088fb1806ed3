"""Which files are the app's own, and which of them use a name of a module."""

from pathlib import Path

import pytest

from notebook_to_app.files.app_files import app_files, users_of


def test_packages_of_others_and_hidden_files_are_not_the_apps(source: Path) -> None:
    foreign = ("venv/pyvenv.cfg", "venv/lib/a.py", "lib/site-packages/a.py", ".git/a.py", "__pycache__/a.py")
    for name in (*foreign, "routes/c.py"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()

    assert [str(path) for path in app_files(".py")] == ["functions/text.py", "routes/c.py"]


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("from functions.text import X", True),
        ("from functions.text import *\nprint(X)", True),
        ("from functions import text\nprint(text.X)", True),
        ("import functions.text\nprint(functions.text.X)", True),
        ("from functions import text\nX = 1", False),
        ("from functions.other import X  # not of text", False),
        ("def f(: functions.text X", False),
    ],
)
def test_a_module_that_imports_a_name_is_a_user_of_it(source: Path, code: str, uses: bool) -> None:
    (source / "functions/using.py").write_text(code)

    assert users_of("functions.text", "X") == (["functions/using.py"] if uses else [])
