"""The guide's way: a virtual environment, one ``pip install``, ``python run.py``."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.conftest import REPOSITORY, clone, get, output, run
from hotreload_support.ports import free_port
from support.readme import commands
from support.waiting import wait_for


@pytest.fixture(scope="module")
def worker_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the app in a fresh clone, with its virtual environment in ``venv``."""
    checkout = clone(tmp_path_factory.mktemp("plain") / "clone")
    *install, run = commands("Without Docker")
    assert run == "python run.py"
    # The README says python3: here that is the Python that runs the tests.
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    output("sh", "-euc", "\n".join(install), cwd=checkout, env={"PATH": path})
    return checkout / "worker-node"


@pytest.fixture
def serving(worker_node: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("ENVIRONMENT", "HOST")}
    process = subprocess.Popen(
        [worker_node / "venv/bin/python", "run.py"],
        cwd=worker_node,
        env=environment | {"PORT": str(port)},
        text=True,
        stderr=subprocess.PIPE,
    )
    yield process, f"http://127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=30)


def test_run_serves_and_reloads(worker_node: Path, serving: tuple[subprocess.Popen[str], str]) -> None:
    _, url = serving
    wait_for("Ok", lambda: get(f"{url}/demo") == (200, "Ok"))
    routes = worker_node / "routes/general_routes.py"
    before = routes.read_text()

    routes.write_text(before.replace('return "Ok"', 'return "Changed"'))
    wait_for("Changed", lambda: get(f"{url}/demo") == (200, "Changed"))
    routes.write_text("def broken(:\n")
    wait_for("the error", lambda: "SyntaxError" in get(f"{url}/demo")[1])
    routes.write_text(before)

    wait_for("Ok", lambda: get(f"{url}/demo") == (200, "Ok"))


def test_it_ends_when_told_and_leaves_no_process(serving: tuple[subprocess.Popen[str], str]) -> None:
    process, url = serving
    wait_for("Ok", lambda: get(f"{url}/demo") == (200, "Ok"))

    process.terminate()

    assert process.wait(timeout=30) == 0
    assert get(f"{url}/demo")[0] == 0


def test_one_command_runs_the_unit_tests(worker_node: Path) -> None:
    printed = output(worker_node / "venv/bin/python", "-m", "pytest", cwd=worker_node)

    assert " passed" in printed.splitlines()[-1]


def test_an_unknown_environment_is_refused_in_one_sentence(worker_node: Path) -> None:
    refused = subprocess.run(
        [worker_node / "venv/bin/python", "run.py"],
        cwd=worker_node,
        env=os.environ | {"ENVIRONMENT": "TEST"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (refused.returncode, refused.stderr) == (
        1,
        "ENVIRONMENT is 'TEST', which is not known: set it to DEV or PROD.\n",
    )


# As pip has refused the requirements before, nothing is installed there.
AN_OLD_PYTHON = """
import runpy, sys
sys.version_info, sys.version = (3, 10, 12), "3.10.12 (main)"
runpy.run_path("run.py", run_name="__main__")
"""


def test_an_old_python_is_refused_in_one_sentence() -> None:
    folder = REPOSITORY / "worker-node"
    ast.parse((folder / "run.py").read_text(), feature_version=(3, 8))

    refused = run(sys.executable, "-c", AN_OLD_PYTHON, cwd=folder)

    assert (refused.returncode, refused.stderr) == (
        1,
        "Python is 3.10.12, and 3.11 to 3.14 are needed: make the venv by one of these.\n",
    )
