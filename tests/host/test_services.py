"""PostgreSQL and Redis beside the app, by ``compose.services.yaml``."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.conftest import REPOSITORY, Stack
from host.setups.every_setup import beside_services
from host.test_readme import RUN_CELLS

UP = ("up", "--detach", "--wait", "--scale", "production=1")
NOTEBOOK = Path("notebooks/services/table.ipynb")
# Asks each service for something that only it answers.
ASK = """
import os, socket
from urllib.parse import urlsplit

def ask(variable, question):
    url = urlsplit(os.environ[variable])
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(question)
        return connection.recv(16)

print(ask("DATABASE_URL", bytes([0, 0, 0, 8, 4, 210, 22, 47])) in (b"S", b"N"))
print(ask("REDIS_URL", b"PING\\r\\n") == b"+PONG\\r\\n")
print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
"""


@pytest.fixture(scope="module")
def with_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with beside_services(tmp_path_factory.mktemp("services")) as stack:
        try:
            stack.compose(*UP)
            yield stack
        finally:
            stack.down()


def cells() -> list[str]:
    notebook = json.loads((REPOSITORY / NOTEBOOK).read_text())
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_notebook(stack: Stack) -> list[str]:
    command = ("notebooks", "as-owner", "python", "-c", RUN_CELLS, json.dumps(cells()))
    return stack.compose("exec", "--no-TTY", *command).splitlines()


def test_all_have_the_same_addresses_and_both_answer(with_services: Stack) -> None:
    def ask(service: str, *prefix: str) -> list[str]:
        return with_services.compose("exec", "--no-TTY", service, *prefix, "python", "-c", ASK).splitlines()

    asked = {"development": ask("worker-node", "as-owner"), "notebooks": ask("notebooks", "as-owner")}
    asked["production"] = ask("production")

    answers = ["True", "True", "postgresql://app@postgres:5432/app redis://redis:6379/0"]
    assert asked == {"development": answers, "notebooks": answers, "production": answers}


def test_the_notebook_reads_a_table_and_data_outlive_the_containers(with_services: Stack) -> None:
    before = run_notebook(with_services)
    with_services.compose("down")
    with_services.compose(*UP)
    after = run_notebook(with_services)

    assert before[-2:] == ["[('notebook', 1)]", "1"]
    assert after[-2:] == ["[('notebook', 2)]", "2"]


def test_processes_of_the_reload_server_share_no_connection(with_services: Stack) -> None:
    """The tests of its package that need them."""
    addresses = ("TEST_DATABASE_URL=postgresql://app@postgres:5432/app", "TEST_REDIS_URL=redis://redis:6379/0")
    variables = [option for address in addresses for option in ("--env", address)]
    command = ("pytest", "packages/wsgi-hotreload/tests/test_databases.py")

    result = with_services.compose("run", "--rm", "--no-TTY", *variables, "tests", *command).splitlines()[-1]

    assert " passed" in result
    assert "skipped" not in result


@pytest.mark.parametrize("service", ["postgres", "redis"])
def test_neither_is_reachable_from_outside_or_has_a_right(with_services: Stack, service: str) -> None:
    assert with_services.inspect(service, "{{.State.Health.Status}} {{.HostConfig.PortBindings}}") == "healthy map[]"
    status = with_services.compose("exec", "--no-TTY", service, "cat", "/proc/1/status")
    assert "CapEff:\t0000000000000000" in status
    assert "Uid:\t0\t" not in status
