"""Containers of the production image, and of the same image with routes that tests need."""

import contextlib
import gzip
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from host.conftest import BASE_IMAGE, REPOSITORY, get, output, run
from hotreload_support.ports import free_port
from support.waiting import wait_for

HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges")
# Each process of the suite has one, and removes it in the end.
WITH_TEST_ROUTES = f"worker-node:with-test-routes-{os.getpid()}"
# Bytecode in the image is never checked against its source, so it goes with the file that is replaced.
DOCKERFILE = """\
FROM {base}
USER root
COPY general_routes.py routes/
COPY static static
RUN rm -r routes/__pycache__
USER 10001:10001
"""
# Likewise.
WITHOUT_BYTECODE = "--tmpfs=/worker/__pycache__"
HERE = Path(__file__).parent


@dataclass
class Container:
    name: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def address(self) -> str:
        """Inside of Docker's network, without the proxy of the published port in between."""
        return self.inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        return get(f"{self.url}{path}", headers)

    def wait_until_ready(self) -> None:
        wait_for("readiness", lambda: self.get("/readyz")[0] == 200)

    def inspect(self, template: str) -> str:
        return output("docker", "inspect", "--format", template, self.name)

    def execute(self, *command: str) -> str:
        return output("docker", "exec", self.name, *command)

    def kill(self, signal: str) -> None:
        output("docker", "kill", "--signal", signal, self.name)

    def ended(self) -> str:
        """The exit code, once it has ended."""
        return output("docker", "wait", self.name)

    @property
    def said(self) -> tuple[str, str]:
        """Its standard output and its standard error."""
        logs = run("docker", "logs", self.name)
        return logs.stdout, logs.stderr

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it logged. A line that is not JSON is the test's failure, but for what the routes for tests print."""
        printed = ("upload of ", "slow begins")
        return [json.loads(line) for line in self.said[0].splitlines() if not line.startswith(printed)]

    def workers(self) -> list[int]:
        """The ids, inside of the container, of the processes that serve."""
        return children(self, self.gunicorn(), "gunicorn")

    def server(self) -> int:
        """The id of serve.py's process."""
        return children(self, 1)[0]

    def gunicorn(self) -> int:
        """The id of gunicorn's main process."""
        return children(self, self.server(), "gunicorn")[0]

    def haproxy(self) -> int:
        return children(self, self.server(), "haproxy")[0]


def children(container: Container, of: int, named: str = "") -> list[int]:
    return [process for process, parent, line in processes(container) if parent == of and named in line]


def processes(container: Container) -> list[tuple[int, int, str]]:
    """Id, parent's id and command line of all processes of a container."""
    program = (
        "import glob, pathlib\n"
        "for p in glob.glob('/proc/[0-9]*'):\n"
        "  try: print(p[6:], open(p + '/stat').read().rpartition(')')[2].split()[1],"
        " open(p + '/cmdline').read().replace(chr(0), ' ').replace(chr(10), ' ') or 'zombie', sep='\\t')\n"
        "  except OSError: pass\n"
    )
    rows = (line.split("\t") for line in container.execute("python", "-ISc", program).splitlines())
    return [(int(process), int(parent), line) for process, parent, line in rows]


Start = Callable[..., Container]


@contextlib.contextmanager
def starting(image: str) -> Iterator[Start]:
    """Containers of an image, hardened, as Kubernetes would run them, that are removed in the end."""
    started: list[str] = []

    def start_one(*options: str) -> Container:
        port = free_port()
        published = f"--publish=127.0.0.1:{port}:7500"
        name = output("docker", "run", "--detach", published, *HARDENED, *options, image)
        started.append(name)
        return Container(name, port)

    try:
        yield start_one
    finally:
        if started:
            run("docker", "rm", "--force", "--volumes", *started)


@pytest.fixture
def start(production_image: str) -> Iterator[Start]:
    """Start a container: ``start("--env=WORKERS=1")``."""
    with starting(production_image) as start_one:
        yield start_one


@pytest.fixture(scope="module")
def serving(production_image: str) -> Iterator[Container]:
    """One that answers, shared by the tests of a file."""
    with starting(production_image) as start_one:
        container = start_one()
        container.wait_until_ready()
        yield container


@pytest.fixture(scope="session")
def image_with_test_routes(production_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The production image with the routes of test_routes.py."""
    folder = tmp_path_factory.mktemp("routes")
    (folder / "Dockerfile").write_text(DOCKERFILE.format(base=production_image))
    (folder / "general_routes.py").write_text((HERE / "routes_for_tests.py").read_text())
    (folder / "static").mkdir()
    (folder / "static/style.css").write_text("body { color: black }\n" * 100)
    (folder / "static/style.css.gz").write_bytes(gzip.compress(b"body { color: black }\n" * 100))
    (folder / "static/app.0123abcd.js").write_text("alert()\n")
    output("docker", "build", "--quiet", "--tag", WITH_TEST_ROUTES, folder)
    yield WITH_TEST_ROUTES
    output("docker", "image", "rm", "--force", WITH_TEST_ROUTES)


@pytest.fixture
def start_with_test_routes(image_with_test_routes: str) -> Iterator[Start]:
    with starting(image_with_test_routes) as start_one:

        def start_ready(*options: str) -> Container:
            container = start_one(*options)
            container.wait_until_ready()
            return container

        yield start_ready


@pytest.fixture(scope="module")
def serving_test_routes(image_with_test_routes: str) -> Iterator[Container]:
    """One with the routes for tests, shared by the tests of a file."""
    with starting(image_with_test_routes) as start_one:
        container = start_one()
        container.wait_until_ready()
        yield container


class Load:
    """Clients in a container of their own, which ask without pause."""

    def __init__(self, host: str, port: int, *options: str, network: str = "bridge") -> None:
        self._until_told = "--until-told" in options
        program = ["python", "/load_client.py", host, str(port), *options]
        mount = f"--volume={REPOSITORY}/tests/support/load_client.py:/load_client.py:ro"
        self._process = subprocess.Popen(
            ["docker", "run", "--rm", "--network", network, mount, BASE_IMAGE, *program],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == "serving\n"

    def result(self) -> dict[str, Any]:
        """How many were served, and what was lost, when the clients have ended.

        Those that would go on are told to end.
        """
        if self._until_told:
            self._process.terminate()  # docker passes it on
        printed, _ = self._process.communicate(timeout=60)
        result: dict[str, Any] = json.loads(printed)
        return result


@pytest.fixture
def options_for(tmp_path: Path) -> Callable[[str], list[str]]:
    """Options of docker run that put this in the place of app.py."""

    def options(app: str) -> list[str]:
        tmp_path.chmod(0o755)
        (tmp_path / "app.py").write_text(app)
        return [f"--volume={tmp_path}/app.py:/worker/app.py:ro", WITHOUT_BYTECODE]

    return options


@pytest.fixture
def start_app(production_image: str, options_for: Callable[[str], list[str]]) -> Iterator[Callable[[str], Container]]:
    """Serve an app of one file."""
    with starting(production_image) as start:

        def start_ready(app: str) -> Container:
            container = start(*options_for(app))
            container.wait_until_ready()
            return container

        yield start_ready
