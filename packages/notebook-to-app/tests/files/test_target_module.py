"""Which module names are taken, and what is said about others."""

import sys
from pathlib import Path

import pytest

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.target_module import is_path, target_file, target_module


def refusal(name: str) -> str:
    with pytest.raises(Refusal) as refused:
        target_module(name)
    return str(refused.value)


def test_a_module_is_a_file_of_the_source(source: Path) -> None:
    target = target_module("functions.text")

    assert (target.path, target.title) == (source / "functions/text.py", "functions/text.py")


def test_a_module_may_be_new_and_its_package_too(source: Path) -> None:
    assert target_module("functions.new").path == source / "functions/new.py"
    assert target_module("services.mail.send").path == source / "services/mail/send.py"


def test_a_package_with_a_file_of_its_own_is_that_file(source: Path) -> None:
    (source / "functions/__init__.py").touch()

    assert target_module("functions").title == "functions/__init__.py"


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("functions/text.py", "functions/text.py is the path of a file: write functions.text, as in an import."),
        ("worker-node/functions/text.py", "write functions.text, as in an import."),
        ("functions\\text.py", "write functions.text, as in an import."),
        ("functions.text.py", "functions.text.py is the path of a file: write functions.text"),
        ("functions.my-text", "functions.my-text cannot be the name of a module: write functions.my_text."),
        ("functions.class", "cannot be the name of a module: write it as in an import: functions.text."),
        ("functions..text", "cannot be the name of a module"),
        (".text", "cannot be the name of a module"),
        ("../../worker-node/functions/text.py", "write functions.text, as in an import."),
        ("functions", "functions is a folder of modules: name one in it, such as functions.text."),
        ("functions.__init__", "functions.__init__ is a package's own file: write functions."),
        ("functions.text.more", "text is a module, text.py, and has no modules in it: choose another name."),
        ("functions.Text", "There is text.py in functions, which differs from Text.py in case alone: write it so."),
        ("json", "json is a module of Python itself, which a module of this name would hide: choose another."),
        ("json.tools", "json is a module of Python itself"),
        ("flask", "flask is an installed package, which a module of this name would hide: choose another."),
    ],
)
def test_other_names_are_refused_with_what_to_write_instead(name: str, sentence: str) -> None:
    assert sentence in refusal(name)


def test_a_module_beside_a_folder_of_its_name_is_the_module(source: Path) -> None:
    (source / "functions/text").mkdir()

    assert target_module("functions.text").title == "functions/text.py"


def test_a_link_to_a_file_of_the_source_is_that_file(source: Path) -> None:
    (source / "functions/other.py").symlink_to(source / "functions/text.py")

    assert target_module("functions.other").path == source / "functions/text.py"


def test_a_link_to_the_outside_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").touch()
    (source / "functions/outside.py").symlink_to(tmp_path / "outside.py")

    assert "outside of the app's source" in refusal("functions.outside")


def test_the_apps_own_module_may_have_any_name(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source / "json.py").touch()
    monkeypatch.setattr(sys, "path", [str(source), *sys.path])

    assert target_module("json").path == source / "json.py"


def test_a_missing_source_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SOURCE", str(tmp_path / "nowhere"))

    assert "nowhere, where the app's source should be" in refusal("functions.text")


def test_a_template_is_named_by_its_path(source: Path) -> None:
    assert is_path("templates/shop/page.html")
    assert target_file("templates/shop/page.html").path == source / "templates/shop/page.html"
    assert target_file("worker-node/static/page.css").title == "static/page.css"
    assert not is_path("functions/text.py")
    assert not is_path("functions.text")


def test_a_path_that_leads_out_of_the_source_is_refused(source: Path) -> None:
    with pytest.raises(Refusal, match="outside of the app's source"):
        target_file("../secret.txt")
    assert source.exists()
