"""Each package is installed from its wheel into an empty environment, and passes its own tests there."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from host.conftest import BASE_IMAGE, REPOSITORY, output

PACKAGES = {"wsgi-hotreload": "debug,test", "notebook-to-app": "test"}
# The oldest and the newest Python that they are for.
OLDEST = "python3.11"
EDITS = "50"  # of the random walk: the suite in the network takes the long one
INSTALL_AND_TEST = """
cd "$1"
"$2" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check wheels/wsgi_hotreload-*.whl wheels/{module}-*.whl[{extras}]
cd packages/{package}
exec ../../venv/bin/python -m pytest -q -p no:cacheprovider
"""


@pytest.fixture(params=PACKAGES)
def script(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """What to run in a folder that has the wheels and the tests, but not the source of the packages."""
    package: str = request.param
    shutil.copytree(REPOSITORY / "wheels", tmp_path / "wheels")
    for other in PACKAGES:
        shutil.copytree(REPOSITORY / "packages" / other / "tests", tmp_path / "packages" / other / "tests")
        shutil.copy(REPOSITORY / "packages" / other / "pyproject.toml", tmp_path / "packages" / other)
    values = {"package": package, "module": package.replace("-", "_"), "extras": PACKAGES[package]}
    return INSTALL_AND_TEST.format(**values), tmp_path


def test_on_the_newest_python(script: tuple[str, Path]) -> None:
    command, folder = script
    options = (
        "--init",
        "--volume",
        f"{folder}:/folder",
        "--env",
        "HOME=/tmp",
        "--env",
        f"TORTURE_EDITS={EDITS}",
        "--user",
        f"{os.getuid()}:{os.getgid()}",
    )
    container = ("docker", "run", "--rm", *options, BASE_IMAGE)

    assert " passed in " in output(*container, "sh", "-euc", command, "sh", "/folder", "python").splitlines()[-1]


def test_on_the_oldest_python(script: tuple[str, Path]) -> None:
    command, folder = script
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which(OLDEST)
    if not python:
        assert "CI" not in os.environ, "CI has it"
        pytest.skip(f"no {OLDEST} here")

    assert (
        " passed in "
        in output("sh", "-euc", command, "sh", folder, python, env={"TORTURE_EDITS": EDITS}).splitlines()[-1]
    )
