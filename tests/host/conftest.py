"""What tests on the host share: fresh clones, and stacks of their own that leave nothing behind."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from host.setups.table import pytest_terminal_summary as pytest_terminal_summary  # noqa: PLC0414 - a hook of here
from hotreload_support.ports import free_port
from support.waiting import wait_for

REPOSITORY = Path(__file__).resolve().parents[2]
BASE_IMAGE = "python:3.14-slim-trixie"
IMAGE_TAG = "made-by-tests"
# Run a command in a terminal of its own.
IN_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def run(
    *command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever its exit code; ``env`` is added to this process's own."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | (env or {}),
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def output(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """What a command prints; a failure is the test's."""
    result = run(*command, cwd=cwd, env=env)
    assert result.returncode == 0, f"{command}: exit {result.returncode}\n{result.stdout}{result.stderr}"
    return result.stdout.strip()


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and text of an answer; 0 and the reason if there is none."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def contents(port: int, token: str, path: str, model: dict[str, object] | None = None) -> dict[str, Any]:
    """A file as JupyterLab reads it, or saves it if there is a model of it."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/contents/{path}",
        data=json.dumps(model).encode() if model else None,
        headers={"Authorization": f"token {token}"},
        method="PUT" if model else "GET",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status in (200, 201)
        found: dict[str, Any] = json.load(answer)
        return found


def save_notebook(port: int, token: str, path: str, cells: Sequence[object] = ()) -> None:
    notebook = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    contents(port, token, path, {"type": "notebook", "content": notebook})


@dataclass
class Stack:
    """A clone and the containers that are started from it, on ports of their own."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    # Between the project and the service in the names of images.
    separator: ClassVar = "-"

    def __post_init__(self) -> None:
        self.port, self.notebooks_port, self.production_port = free_port(), free_port(), free_port()
        self.environment = {
            "COMPOSE_PROJECT_NAME": self.folder.name,
            "WORKER_NODE_PORT": str(self.port),
            "NOTEBOOKS_PORT": str(self.notebooks_port),
            "PRODUCTION_PORT": str(self.production_port),
            "IMAGE_TAG": IMAGE_TAG,
        } | self.environment

    @property
    def production_image(self) -> str:
        return f"{self.environment['COMPOSE_PROJECT_NAME']}:{self.environment['IMAGE_TAG']}"

    def image(self, service: str) -> str:
        """The name of the image of a service for development."""
        return f"{self.environment['COMPOSE_PROJECT_NAME']}{self.separator}{service}"

    @property
    def engine(self) -> list[str]:
        """The command that its containers are handled by."""
        return ["docker"]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run(*self.engine, "compose", *arguments, cwd=self.folder, env=self.environment)

    def up_attached(self, log: Path, *arguments: str, terminal: bool = False) -> subprocess.Popen[bytes]:
        """``docker compose up``, whose output goes to a file, until it gets SIGINT.

        In a terminal, it gets as keys what is written to the process's stdin.
        """
        command = ["docker", "compose", "up", *arguments]
        with log.open("w") as file:
            return subprocess.Popen(
                [sys.executable, "-c", IN_A_TERMINAL, *command] if terminal else command,
                cwd=self.folder,
                env=os.environ | self.environment | {"TERM": "xterm"},
                stdin=subprocess.PIPE if terminal else None,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def compose(self, *arguments: str) -> str:
        return output(*self.engine, "compose", *arguments, cwd=self.folder, env=self.environment)

    def up(self) -> None:
        self.compose("up", "--detach", "--wait")

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        return get(f"http://127.0.0.1:{self.port}{path}", headers)

    def logs(self, service: str) -> str:
        return self.compose("logs", "--no-log-prefix", service)

    def container(self, service: str) -> str:
        return self.compose("ps", "--all", "--quiet", service)

    def inspect(self, service: str, template: str) -> str:
        return output(*self.engine, "inspect", "--format", template, self.container(service), env=self.environment)

    def down(self) -> None:
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--rmi", "local", "--timeout", "5")
        # Which may have been built, or not.
        run("docker", "image", "rm", "--force", self.production_image, env=self.environment)

    @property
    def token(self) -> str:
        """JupyterLab's token, from the link that its log shows."""
        return wait_for("the link", lambda: re.search(r"token=(\w+)", self.logs("notebooks")))[1]


def clone(folder: Path) -> Path:
    output("git", "clone", "--quiet", "--no-hardlinks", REPOSITORY, folder)
    return folder


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A fresh clone of its own, not started."""
    stack = Stack(clone(tmp_path / f"clone-{os.getpid()}"))
    yield stack
    stack.down()


@pytest.fixture(scope="module")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A fresh clone, started as the README says, shared by the tests of a file."""
    stack = Stack(clone(tmp_path_factory.mktemp("running") / f"running-{os.getpid()}"))
    try:
        stack.compose("up", "--detach", "--wait")
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="session")
def production_image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image that plain ``docker compose build`` makes in a fresh clone."""
    stack = Stack(clone(tmp_path_factory.mktemp("production") / f"production-{os.getpid()}"))
    try:
        stack.compose("build")
        yield stack.production_image
    finally:
        stack.down()


def inspect_image(image: str) -> dict[str, Any]:
    inspected: list[dict[str, Any]] = json.loads(output("docker", "image", "inspect", image))
    return inspected[0]


def layers(stack: Stack, service: str) -> list[str]:
    """Those of a service's image, which is built if it is not there."""
    stack.compose("build", service)
    found: list[str] = inspect_image(stack.image(service))["RootFS"]["Layers"]
    return found
