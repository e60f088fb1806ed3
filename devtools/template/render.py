"""Turn a copy of this repository's files into those of a service's own repository, which ``.made-from.json`` names.

Every version of this repository brings its own rules along, so that what an older one made can be made again.
"""

import json
import re
import shutil
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2]
NAME_HERE = "worker-node"
# Besides, each line with a comment "[template]", and what stands between "[template" and "template]".
LEFT_OUT = [
    ".ci",
    ".github/workflows/gate.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks",
    "devtools/template",
    "docs/loop-*.png",
    "packages",
    "tests/host",
    "tests/packages",
    "tests/requirements-tools.*",
    "tests/requirements-host.*",
    "tests/stack/browser",
    "tests/stack/notebooks/test_add.py",
    "tests/stack/notebooks/test_bring.py",
    "tests/stack/reload",
    "tests/support/jupyter_cells.py",
    "tests/support/load_client.py",
    "tests/support/readme.py",
    "tests/support/requirements.py",
]
TEMPLATE_ONLY = re.compile(
    r"^[^\n]*\[template(?:\][^\n]*\n|(?: -->)?\n.*?template\][^\n]*\n\n?)", re.MULTILINE | re.DOTALL
)
# A comment here, and no comment there.
SERVICE_ONLY = re.compile(r"^<!-- \[service\n(.*?)^service\] -->\n", re.MULTILINE | re.DOTALL)
# What a page names as the proof of the paragraph above it.
TEST_ONLY_HERE = re.compile(r"^`\S+\.py::\w+`.*\n", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\(([^):#]+)\)")


def main() -> None:
    name: str = json.loads((FOLDER / ".made-from.json").read_text())["name"]
    for pattern in LEFT_OUT:
        for path in [*FOLDER.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in FOLDER.rglob("*"):
        if path.is_file():
            rewrite(path, name)
    for path in sorted(FOLDER.rglob(f"*{NAME_HERE}*"), reverse=True):  # what is in a folder before the folder
        path.rename(path.with_name(path.name.replace(NAME_HERE, name)))


def rewrite(path: Path, name: str) -> None:
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return
    text = SERVICE_ONLY.sub(r"\1", TEMPLATE_ONLY.sub("", text))
    if path.suffix == ".md":
        text = TEST_ONLY_HERE.sub("", text)
        text = LINK.sub(lambda link: link[0] if (path.parent / link[2]).exists() else link[1], text)
    text = text.replace(NAME_HERE, name).replace(as_variable(NAME_HERE), as_variable(name))
    path.write_bytes(text.encode())


def as_variable(name: str) -> str:
    return name.upper().replace("-", "_")


if __name__ == "__main__":
    main()
