"""A package is asked for, locked and installed, or nothing is: by the real uv, from a folder of wheels."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.packages.add import Added, add

LOCK_SCRIPT = """\
set -eu
lock() {
    uv pip compile --quiet --universal --generate-hashes --emit-find-links "$1.in" --output-file "$1.txt"
}
lock worker-node/requirements
lock worker-node/requirements-dev
lock notebooks/requirements
"""
ASKED = {
    "worker-node/requirements.in": "--find-links ../wheels\nframework # what it is made with\n",
    "worker-node/requirements-dev.in": "-r requirements.in\n-c requirements.txt\nrunner\n",
    "notebooks/requirements.in": "-c ../worker-node/requirements-dev.txt\n--find-links ../wheels\nplots\n",
}
WHEELS = {
    ("framework", "1"): [],
    ("framework", "2"): [],
    ("runner", "1"): [],
    ("plots", "1"): ["figures"],
    ("figures", "1"): [],
    ("figures", "2"): [],
    ("tables", "1"): ["figures<2"],
    ("old", "1"): ["framework<2"],
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose images were built from its locks."""
    root = tmp_path / "project"
    (root / "wheels").mkdir(parents=True)
    for (name, version), needs in WHEELS.items():
        make_wheel(root / "wheels", name, version, needs)
    (root / "devtools").mkdir()
    (root / "devtools/lock.sh").write_text(LOCK_SCRIPT)
    for title, text in ASKED.items():
        (root / title).parent.mkdir(exist_ok=True)
        (root / title).write_text(text)
    (tmp_path / "index").mkdir()
    monkeypatch.setenv("UV_DEFAULT_INDEX", (tmp_path / "index").as_uri())
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    subprocess.run(["sh", "devtools/lock.sh"], cwd=root, check=True)
    images = tmp_path / "locks"
    images.mkdir()
    (images / "app.txt").write_bytes((root / "worker-node/requirements-dev.txt").read_bytes())
    (images / "notebooks.txt").write_bytes((root / "notebooks/requirements.txt").read_bytes())
    (tmp_path / "site-packages").symlink_to(tmp_path / "packages/image-1/site-packages")
    monkeypatch.setenv("PROJECT", str(root))
    monkeypatch.setenv("APP_SOURCE", str(root / "worker-node"))
    monkeypatch.setenv("IMAGE_LOCKS", str(images))
    monkeypatch.setenv("ADDED_PACKAGES", str(tmp_path / "site-packages"))
    return root


def make_wheel(folder: Path, name: str, version: str, needs: list[str]) -> None:
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
    metadata += [f"Requires-Dist: {need}\n" for need in needs]
    files = {
        f"{name}.py": f"VERSION = {version}\n",
        f"{info}/METADATA": "".join(metadata),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


def added(*words: str, is_dev: bool = False) -> Added:
    return add(words, lambda: None, is_dev=is_dev)


def all_files(project: Path) -> dict[str, bytes]:
    places = [*project.glob("*/requirements*"), *project.parent.glob("packages/image-1/site-packages/**/*")]
    return {str(path): path.read_bytes() for path in places if path.is_file() and path.name != ".lock"}  # uv's own


def installed(project: Path) -> list[str]:
    return sorted(path.name for path in (project.parent / "site-packages").glob("*.dist-info"))


def test_a_package_is_asked_for_locked_and_installed_with_what_it_needs(project: Path) -> None:
    result = added("tables")

    assert (project / "worker-node/requirements.in").read_text() == f"{ASKED['worker-node/requirements.in']}tables\n"
    for lock in ("worker-node/requirements.txt", "worker-node/requirements-dev.txt"):
        assert {"tables==1", "figures==1"} <= set((project / lock).read_text().split())
    assert [pin.name for pin in result.asked] == ["tables"]
    assert installed(project) == ["figures-1.dist-info", "tables-1.dist-info"]
    code = "import tables; print(tables.VERSION)"
    environment = os.environ | {"PYTHONPATH": str(project.parent / "site-packages")}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout == "1\n"


def test_a_version_that_changes_for_it_changes_for_the_notebooks_too(project: Path) -> None:
    assert "figures==2" in (project / "notebooks/requirements.txt").read_text()

    added("tables")

    assert "figures==1" in (project / "notebooks/requirements.txt").read_text()


def test_the_lock_script_changes_nothing_afterwards(project: Path) -> None:
    added("tables")
    before = all_files(project)

    subprocess.run(["sh", "devtools/lock.sh"], cwd=project, check=True)

    assert all_files(project) == before


def test_what_an_image_was_built_with_is_not_installed_again(project: Path) -> None:
    added("tables")

    assert "framework-2.dist-info" not in installed(project)
    assert not added("tables").is_installed


def test_another_version_replaces_what_was_added_before(project: Path) -> None:
    added("figures")
    result = added("figures<2")

    assert installed(project) == ["figures-1.dist-info"]
    assert result.is_installed
    assert (project / "worker-node/requirements.in").read_text().endswith("\nfigures<2\n")


def test_one_for_development_alone_is_none_of_production(project: Path) -> None:
    added("figures", is_dev=True)

    assert (project / "worker-node/requirements-dev.in").read_text().endswith("runner\nfigures\n")
    assert "figures" not in (project / "worker-node/requirements.txt").read_text()
    assert installed(project) == ["figures-2.dist-info"]


def test_one_that_the_app_comes_to_need_moves(project: Path) -> None:
    added("figures", is_dev=True)
    added("figures")

    assert "figures" not in (project / "worker-node/requirements-dev.in").read_text()
    assert "figures==2" in (project / "worker-node/requirements.txt").read_text()
    with pytest.raises(Refusal, match="asks for figures already"):
        added("figures", is_dev=True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nowhere"], "nowhere"),
        (["tables", "nowhere"], "nowhere"),
        (["figures==9"], "figures==9"),
        (["old", "framework>=2"], "does not go together"),
        (["figures=2"], "does not name a package"),
        ([], "Name what to add"),
    ],
)
def test_what_cannot_be_had_changes_nothing(project: Path, words: list[str], why: str) -> None:
    before = all_files(project)

    with pytest.raises(Refusal, match=why):
        added(*words)

    assert all_files(project) == before


def spoil_a_wheel(project: Path) -> None:
    """After the lock: its hash is another one."""
    make_wheel(project / "wheels", "tables", "1", [])


def forbid_to_write(project: Path) -> None:
    (project / "worker-node/requirements.txt").chmod(0o444)


@pytest.mark.parametrize("fail", [spoil_a_wheel, forbid_to_write])
def test_a_failure_at_the_end_changes_nothing_either(project: Path, fail: Callable[[Path], None]) -> None:
    before = all_files(project)

    with pytest.raises(Refusal):
        add(["tables"], lambda: fail(project))

    assert all_files(project) == before


def test_elsewhere_it_says_where_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROJECT", raising=False)

    with pytest.raises(Refusal, match="%add works where"):
        added("tables")
