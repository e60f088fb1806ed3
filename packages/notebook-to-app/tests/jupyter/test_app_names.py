"""What the browser offers to bring into, and to take."""

from pathlib import Path

from notebook_to_app.jupyter.app_names import names


def test_a_module_comes_with_what_it_defines_and_not_what_it_imports(source: Path) -> None:
    (source / "functions/text.py").write_text(
        "from os import path\nLIMIT = 3\nSIZE: int = 4\n\n\ndef count(): ...\n\n\nclass Word:\n    inner = 1\n"
    )
    (source / "app.py").write_text("async def create_app(): ...\n")

    assert names(source) == {"app": ["create_app"], "functions.text": ["LIMIT", "SIZE", "count", "Word"]}


def test_a_module_that_does_not_parse_can_be_named_all_the_same(source: Path) -> None:
    (source / "functions/text.py").write_text("def count(:")

    assert names(source) == {"functions.text": []}


def test_packages_of_others_and_hidden_files_are_left_out(source: Path) -> None:
    for name in (
        "venv/pyvenv.cfg",
        "venv/lib/theirs.py",
        "site-packages/theirs.py",
        ".hidden/a.py",
        "__pycache__/a.py",
    ):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()
    (source / "functions/__init__.py").touch()

    assert list(names(source)) == ["functions", "functions.text"]


def test_a_virtual_environment_that_is_the_source_itself_hides_nothing(source: Path) -> None:
    (source / "pyvenv.cfg").touch()

    assert "functions.text" in names(source)
