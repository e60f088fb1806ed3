"""Notebook, app and production do not drift apart."""

import re
from importlib import metadata
from pathlib import Path

import pytest

WORKSPACE = Path("/workspace")
PRODUCTION = WORKSPACE / "worker-node/requirements.txt"
DEVELOPMENT = [
    WORKSPACE / "worker-node/requirements-dev.txt",
    WORKSPACE / "notebooks/requirements.txt",
    WORKSPACE / "tests/requirements.txt",
]


def pins(lock: Path) -> set[tuple[str, str]]:
    """All (package, version with its marker) of a lock."""
    return set(re.findall(r"^([a-z0-9-]+)==(.+?) *\\$", lock.read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", DEVELOPMENT, ids=lambda lock: str(lock.relative_to(WORKSPACE)))
def test_a_package_in_two_locks_has_one_version(lock: Path) -> None:
    for other in [PRODUCTION, *DEVELOPMENT]:
        in_both = dict(pins(lock)).keys() & dict(pins(other)).keys()
        assert {pin[0]: pin[1].split()[0] for pin in pins(lock) if pin[0] in in_both} == {
            pin[0]: pin[1].split()[0] for pin in pins(other) if pin[0] in in_both
        }


def test_this_image_has_the_versions_that_production_locks() -> None:
    locked = {name: version for name, version in pins(PRODUCTION) if ";" not in version}

    assert locked
    assert {name: metadata.version(name) for name in locked} == locked


@pytest.mark.parametrize("lock", [PRODUCTION, *DEVELOPMENT], ids=lambda lock: str(lock.relative_to(WORKSPACE)))
def test_every_locked_package_has_hashes(lock: Path) -> None:
    text = lock.read_text()

    assert len(re.findall(r"^[a-z0-9-]+==.*\\\n +--hash=sha256:", text, re.MULTILINE)) == len(
        re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE)
    )
