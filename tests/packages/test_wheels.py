"""The images install the packages from wheels in ``wheels/``: these must be what the source of their version builds."""

import hashlib
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
WHEELS = REPOSITORY / "wheels"
PACKAGES = {path.parent.name: path.parent for path in REPOSITORY.glob("packages/*/pyproject.toml")}
LOCKS = {
    "wsgi-hotreload": REPOSITORY / "worker-node/requirements-dev.txt",
    "notebook-to-app": REPOSITORY / "notebooks/requirements.txt",
}


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def committed_wheel(package: str) -> Path:
    version = tomllib.loads((PACKAGES[package] / "pyproject.toml").read_text())["project"]["version"]
    return WHEELS / f"{package.replace('-', '_')}-{version}-py3-none-any.whl"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_wheel_has_what_the_source_of_its_version_builds(package: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    not_in_wheels = shutil.ignore_patterns("__pycache__", "tests", "node_modules")
    shutil.copytree(PACKAGES[package], source, ignore=not_in_wheels)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")

    assert contents(built) == contents(committed_wheel(package)), (
        "raise the version in pyproject.toml and CHANGELOG.md, and run `docker compose run --rm lock`"
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_a_lock_has_the_hash_of_the_wheel(package: str) -> None:
    digest = hashlib.sha256(committed_wheel(package).read_bytes()).hexdigest()

    assert f"--hash=sha256:{digest}\n" in LOCKS[package].read_text()


def test_there_is_no_wheel_of_another_version() -> None:
    assert set(WHEELS.iterdir()) == {committed_wheel(package) for package in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_changelog_begins_with_the_version(package: str) -> None:
    version = committed_wheel(package).name.split("-")[1]
    headings = [line for line in (PACKAGES[package] / "CHANGELOG.md").read_text().splitlines() if line[:3] == "## "]

    assert headings[0] == f"## {version}"
