"""The folders of the app's source, without those of a virtual environment or the like within it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

FOREIGN = frozenset({"site-packages", "node_modules"})
# The file that makes a folder a virtual environment: https://docs.python.org/3/library/venv.html
VENV_MARKER = "pyvenv.cfg"


def app_folders(source: Path) -> Iterator[tuple[Path, list[str]]]:
    """Each folder, and the names of its files. The source itself is one, whatever is in it."""
    for name, folders, files in os.walk(source):
        folder = Path(name)
        if folder != source and VENV_MARKER in files:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith((".", "__")) and name not in FOREIGN]
        yield folder, files
