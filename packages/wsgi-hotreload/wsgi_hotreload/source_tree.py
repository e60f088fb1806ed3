"""Which files are the app's own."""

import os
from pathlib import Path


def is_apps_own(path: Path, source: Path) -> bool:
    """Whether a path below ``source`` is neither hidden, nor a cache, nor in a virtual environment."""
    for folder in (path, *path.parents):
        if folder == source:
            return True
        if folder.name.startswith(".") or folder.name == "__pycache__" or (folder / "pyvenv.cfg").exists():
            return False
    return False


def python_files(source: Path) -> set[Path]:
    """The app's own Python files below ``source``."""
    found: set[Path] = set()
    for folder, folders, files in os.walk(source):
        if "pyvenv.cfg" in files:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        found.update(Path(folder, name) for name in files if name.endswith(".py") and not name.startswith("."))
    return found
