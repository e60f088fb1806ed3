"""The built JupyterLab extension is committed, for wheels are built without Node.js: it belongs to its sources."""

import hashlib
import json
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "packages/notebook-to-app/labextension"
LONGEST = 250


def sources() -> list[Path]:
    folders = [path for name in ("src", "style", "schema") for path in (FOLDER / name).rglob("*") if path.is_file()]
    return [*folders, *(FOLDER / name for name in ("package.json", "package-lock.json", "tsconfig.json"))]


def test_it_was_built_from_the_sources_as_they_are() -> None:
    recorded = dict(line.split()[::-1] for line in (FOLDER / "built/SHA256SUMS").read_text().splitlines())

    assert recorded == {
        str(path.relative_to(FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sources()
    }, "run `npm ci && npm run build` in packages/notebook-to-app/labextension"


def test_it_has_the_version_of_the_package_that_it_comes_with() -> None:
    package = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text())["project"]["version"]
    files = ("package.json", "package-lock.json", "built/package.json")

    assert {json.loads((FOLDER / name).read_text())["version"] for name in files} == {package}, (
        f"run `npm version {package} && npm run build` in packages/notebook-to-app/labextension"
    )


def test_no_file_of_it_is_too_long_to_be_read_at_once() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in (FOLDER / "src").iterdir()}

    assert {name: count for name, count in lines.items() if count > LONGEST} == {}
