"""Several clones on one machine: a name each, and whoever takes another's is told so."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.conftest import Stack, clone, output

NAME = "COMPOSE_PROJECT_NAME"
UP = ("up", "--detach", "--wait")


@pytest.fixture
def two_of_one_name(tmp_path: Path) -> Iterator[tuple[Stack, Stack]]:
    """Clones in folders of one name, in different places, the first one started."""
    first, second = (Stack(clone(tmp_path / place / f"twins-{os.getpid()}")) for place in ("here it", "there"))
    try:
        first.compose(*UP)
        yield first, second
    finally:
        second.down()
        first.down()


def test_a_second_clone_of_one_name_is_told_to_take_another(two_of_one_name: tuple[Stack, Stack]) -> None:
    first, second = two_of_one_name
    login = first.token

    assert second.run(*UP).returncode != 0
    for service in ("worker-node", "notebooks"):
        said = second.logs(service)
        assert re.fullmatch(r"The clone in \S*/here it/twins-\d+ has the same project name: set .*", said), said
        assert NAME in said

    second.environment[NAME] = f"other-{os.getpid()}"
    second.compose(*UP)
    first.compose(*UP)
    assert first.get("/demo") == second.get("/demo") == (200, "Ok")
    assert first.token == login != second.token


def test_a_clone_that_was_moved_starts_with_what_it_had(stack: Stack) -> None:
    stack.compose(*UP)
    login = stack.token

    stack.folder = stack.folder.rename(stack.folder.parent / "moved")
    stack.compose(*UP)

    assert stack.token == login


def test_each_project_has_a_production_image_of_its_own(tmp_path: Path) -> None:
    folder = clone(tmp_path / "clone")
    command = ("docker", "compose", "config", "--images", "production")

    images = {output(*command, cwd=folder, env={NAME: name}) for name in ("orders", "invoices")}

    assert images == {"orders:latest", "invoices:latest"}


@pytest.mark.parametrize("folder", ["проект", "プロジェクト", "..2"])
@pytest.mark.parametrize("with_knobs", [True, False])
def test_whatever_its_folder_is_called_the_project_has_a_name(tmp_path: Path, folder: str, with_knobs: bool) -> None:
    checkout = clone(tmp_path / folder)
    if not with_knobs:
        (checkout / ".env").unlink()

    config = json.loads(output("docker", "compose", "config", "--format", "json", cwd=checkout, env={NAME: ""}))

    assert config["name"] == "worker-node"
