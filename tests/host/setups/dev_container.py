"""A stack as editors start it that work in a container, by the command line that they share."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from host.conftest import Stack, output

IMAGE = "worker-node-tests-devcontainer-cli"
# The person in the image, to whom the checkout belongs.
OWNER = 1001
CODESPACE = {"CODESPACE_NAME": "curly-waddle-7g"}


@contextmanager
def stack_of(folder: Path) -> Iterator[Stack]:
    """The stack of a clone in a codespace, not started: ``up`` does that."""
    output("docker", "build", "--quiet", "--tag", IMAGE, Path(__file__).parent / "devcontainer_cli")
    stack = Stack(folder, {"COMPOSE_FILE": "compose.yaml:.devcontainer/compose.yaml"} | CODESPACE)
    try:
        yield stack
    finally:
        # The one that has the person's uid.
        image = stack.inspect("devcontainer", "{{.Config.Image}}") if stack.compose("ps", "--quiet") else ""
        stack.down()
        if image:
            output("docker", "image", "rm", "--force", image)


def up(stack: Stack) -> dict[str, Any]:
    """Start it, and return what an editor hears of it."""
    opened: dict[str, Any] = json.loads(devcontainer(stack, "up").splitlines()[-1])
    return opened


def devcontainer(stack: Stack, command: str, *arguments: str) -> str:
    """What a command prints, run by the owner of the checkout."""
    socket = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
    person = ["--user", f"{OWNER}:{OWNER}", "--group-add", str(Path(socket).stat().st_gid)]
    mounted = ["--volume", f"{socket}:/var/run/docker.sock", "--volume", f"{stack.folder}:{stack.folder}"]
    settings = [f"--env={name}={value}" for name, value in stack.environment.items() if name != "COMPOSE_FILE"]
    cli = ["docker", "run", "--rm", *person, *mounted, *settings, "--workdir", str(stack.folder), IMAGE]
    return output(*cli, command, "--workspace-folder", str(stack.folder), *arguments)
