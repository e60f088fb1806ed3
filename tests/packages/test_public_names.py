"""What a package exports is what its README lists."""

import importlib
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = {path.parent.name: path.parent for path in REPOSITORY.glob("packages/*/pyproject.toml")}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_readme_lists_the_public_names(package: str) -> None:
    name = package.replace("-", "_")
    readme = (PACKAGES[package] / "README.md").read_text()
    (rows,) = re.findall(rf"^\| name in `{name}` \|.*\n\|---.*\n((?:\|.*\n)+)", readme, re.MULTILINE)
    first_cells = [row.split("|")[1] for row in rows.splitlines()]

    assert sorted(re.findall(r"`(\w+)`", " ".join(first_cells))) == sorted(importlib.import_module(name).__all__)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_public_name_is_there_and_says_what_it_is_for(package: str) -> None:
    module = importlib.import_module(package.replace("-", "_"))

    assert [name for name in module.__all__ if not getattr(module, name).__doc__] == []
