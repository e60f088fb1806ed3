"""A name that a service cannot have, and a place where none can be made, get one sentence and leave nothing behind."""

import shutil

import pytest

from host.template.conftest import Template


def refusal(template: Template, *arguments: str) -> str:
    """What is said, if it fails and leaves the folder as it was."""
    before = sorted(template.folder.parent.iterdir())
    refused = template.new(*arguments)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert sorted(template.folder.parent.iterdir()) == before
    return refused.stderr


@pytest.mark.parametrize("name", ["Orders!", "Orders", "my_orders", "1st", "orders-", "a.b", "../orders", "o" * 64, ""])
def test_what_is_no_name_of_a_service_is_refused(template: Template, name: str) -> None:
    assert refusal(template, name) == (
        f"{name!r} cannot be the name of a service: use at most 63 lower-case letters, digits and hyphens, "
        "a letter first and no hyphen last, as in orders or my-orders.\n"
    )


@pytest.mark.parametrize(
    "name",
    [
        "worker-node", "notebooks", "production", "devcontainer", "lint", "postgres", "localhost", "app", "calendar",
        "flask",
    ],
)  # fmt: skip
def test_what_has_a_meaning_already_is_refused(template: Template, name: str) -> None:
    assert refusal(template, name) == (
        f"{name!r} has a meaning already, here or in Python: choose another name, such as my-{name}.\n"
    )


def test_a_folder_that_is_there_is_not_touched(template: Template) -> None:
    (template.folder.parent / "orders").mkdir()

    assert refusal(template, "orders") == "../orders is there already: choose another name, or move it away.\n"


def test_changes_that_are_not_committed_are_named(template: Template) -> None:
    (template.folder / "compose.yaml").write_text("services: {}\n")

    assert refusal(template, "orders") == (
        "What is given is the last commit, and there are changes since: commit or stash them.\n M compose.yaml\n"
    )


def test_a_folder_without_its_history_is_no_clone(template: Template) -> None:
    shutil.rmtree(template.folder / ".git")

    assert refusal(template, "orders").startswith("This folder must be a clone of a Git repository, with its history: ")


@pytest.mark.parametrize("name", ["my-orders", "o", "o" * 63, "orders2"])
def test_other_names_are_fine(template: Template, name: str) -> None:
    assert template.new(name).returncode == 0
    assert (template.folder.parent / name / name / "app.py").exists()
