"""Each package is installed from its wheel into an empty environment, and passes its own tests there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from host.conftest import REPOSITORY, output

WHEELS = REPOSITORY / "wheels"
# Beside the Python of these tests: see requirements-host.in.
UV = str(Path(sys.executable).with_name("uv"))
# In the order in which one relies on the other, as they are on no index yet, and with the extras for their tests.
EXTRAS = {"wsgi-hotreload": "debug,test", "notebook-to-app": "jupyterlab,test"}
INSTALL_AND_TEST = """
cd "$1"
"$UV" venv --quiet --python "$2" venv
"$UV" pip install --quiet --python venv/bin/python {wheels}{needs}
cd packages/{package}
unset PYTHONDONTWRITEBYTECODE # each server that a test starts would compile all packages
export TORTURE_EDITS=50 # a short random walk: the suite of the packages takes the long one
export PATH="$1/venv/bin:$PATH"
shift 2
exec python -m pytest --quiet --numprocesses 2 "$@"
"""


class Script(NamedTuple):
    """What to run by ``sh -euc``, given a folder, the name of a Python and pytest's arguments, with ``UV`` set."""

    package: str
    command: str
    # Has the wheels and the tests, but not the source of the packages.
    folder: Path


@pytest.fixture(params=EXTRAS)
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Script:
    return script_of(request.param, tmp_path, f"[{EXTRAS[request.param]}]")


def script_of(package: str, folder: Path, needs: str) -> Script:
    """``needs`` are the extras of the wheel, and what else to install."""
    shutil.copytree(WHEELS, folder / "wheels")
    for name in EXTRAS:
        shutil.copytree(REPOSITORY / "packages" / name / "tests", folder / "packages" / name / "tests")
        shutil.copy(REPOSITORY / "packages" / name / "pyproject.toml", folder / "packages" / name)
    needed = [*EXTRAS][: [*EXTRAS].index(package) + 1]
    wheels = [f"wheels/{path.name}" for name in needed for path in WHEELS.glob(f"{name.replace('-', '_')}-*.whl")]
    command = INSTALL_AND_TEST.format(package=package, wheels=" ".join(wheels), needs=needs)
    return Script(package, command, folder)


@pytest.fixture
def on_oldest_python(oldest_python: str) -> Callable[..., str]:
    """Run a script with pytest's arguments, and return what it prints."""

    def run_there(script: Script, *arguments: str) -> str:
        command = ("sh", "-euc", script.command, "sh", script.folder, oldest_python)
        return output(*command, *arguments, env={"UV": UV})

    return run_there


@pytest.fixture
def oldest_python() -> str:
    """The oldest Python that the packages are for."""
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if not python:
        assert "CI" not in os.environ, "CI has it"
        pytest.skip("no Python 3.11 here")
    return python
