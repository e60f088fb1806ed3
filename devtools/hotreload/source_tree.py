"""Which files are the app's own."""

from pathlib import Path


def is_apps_own(path: Path, source: Path) -> bool:
    """Whether a path below ``source`` is neither hidden, nor a cache, nor in a virtual environment."""
    for folder in (path, *path.parents):
        if folder == source:
            return True
        if folder.name.startswith(".") or folder.name == "__pycache__" or (folder / "pyvenv.cfg").exists():
            return False
    return False
