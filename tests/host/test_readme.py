"""A new user follows the README word by word."""

import re

import pytest

from host.conftest import REPOSITORY, Stack, output
from support.readme import README, blocks, commands

TESTS = "docker compose run --rm tests"


def as_typed_here(command: str, stack: Stack) -> str:
    """The command, in the background where a person would watch its log, and on this stack's ports."""
    if command == "docker compose up":
        command += " --detach --wait"
    return command.replace("localhost:7500", f"localhost:{stack.port}").replace(
        "localhost:7501", f"localhost:{stack.production_port}"
    )


def test_the_commands_of_start_and_loop_work_in_their_order(stack: Stack) -> None:
    # The tests themselves are run as the README says by .ci/run, not from within tests.
    typed = [command for command in commands("Start") + commands("The loop") if command != TESTS]

    for command in typed[:-1]:
        said = output("sh", "-c", as_typed_here(command, stack), cwd=stack.folder, env=stack.environment)
        if command.startswith("curl"):
            assert said == "Ok"

    (program,) = blocks("The loop", "python")
    assert stack.compose("exec", "notebooks", "as-owner", "python", "-c", IN_A_KERNEL + program) == "Ok\nTrue"

    output("sh", "-c", typed[-1], cwd=stack.folder, env=stack.environment)
    assert stack.compose("ps", "--all", "--quiet") == ""


# What a kernel does before the first cell.
IN_A_KERNEL = "exec(open('/etc/ipython/startup/worker_node.py').read())\n"


def test_the_two_commands_are_the_ones_that_ci_runs() -> None:
    gate = (REPOSITORY / ".ci/run").read_text()

    assert commands("Start") == ["docker compose up", TESTS]
    for command in commands("Start"):
        assert f'step "README: {command}"' in gate


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_path_that_is_named_exists(name: str) -> None:
    text = (REPOSITORY / name).read_text()
    below_others = {"functions/", "routes/", "servers/", "testing/", "tests/"}
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text)) - below_others

    assert named
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_every_knob_is_explained() -> None:
    knobs = [
        line.partition("=")[0] for line in (REPOSITORY / ".env").read_text().splitlines() if line and line[0] != "#"
    ]

    assert knobs
    assert [knob for knob in knobs if f"`{knob}`" not in README.read_text()] == []
