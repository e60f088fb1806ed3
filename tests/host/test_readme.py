"""A new user follows the README word by word."""

import json

import pytest

from host.conftest import REPOSITORY, Stack, output
from support.readme import README, blocks, commands, paths_named_in

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

    cells = json.dumps(blocks("The loop", "python"))
    shown = stack.compose("exec", "--no-TTY", "notebooks", "as-owner", "python", "-c", RUN_CELLS, cells)
    assert shown.startswith("Ok\nTrue\nfunctions/words.py (new)\n")
    assert shown.endswith(f"GET http://localhost:{stack.port}/words")
    assert json.loads(stack.get("/words?text=two%20words")[1]) == {"words": 2}

    output("sh", "-c", typed[-1], cwd=stack.folder, env=stack.environment)
    assert stack.compose("ps", "--all", "--quiet") == ""


# Runs its arguments as cells of a kernel, and prints what they show; the first one that fails ends it.
RUN_CELLS = """
import json, sys
from jupyter_client.manager import start_new_kernel

def show(message):
    content = message["content"]
    text = content.get("text") or content.get("data", {}).get("text/plain")
    if message["msg_type"] == "error":
        sys.exit("".join(content["traceback"]))
    if text:
        print(text.rstrip())

manager, client = start_new_kernel()
for cell in json.loads(sys.argv[1]):
    client.execute_interactive(cell, output_hook=show, timeout=60)
manager.shutdown_kernel(now=True)
"""


def test_the_two_commands_are_the_ones_that_ci_runs() -> None:
    gate = (REPOSITORY / ".ci/run").read_text()

    assert commands("Start") == ["docker compose up", TESTS]
    for command in commands("Start"):
        assert f'step "README: {command}"' in gate


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_path_that_is_named_exists(name: str) -> None:
    named = paths_named_in((REPOSITORY / name).read_text())

    assert named
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_every_knob_is_explained() -> None:
    knobs = [
        line.partition("=")[0] for line in (REPOSITORY / ".env").read_text().splitlines() if line and line[0] != "#"
    ]

    assert knobs
    assert [knob for knob in knobs if f"`{knob}`" not in README.read_text()] == []
