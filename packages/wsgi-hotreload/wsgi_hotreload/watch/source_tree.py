"""Which files are the app's source: the one rule, which all watchers and loaders ask."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

# Packages of others, which a virtual environment or a package manager puts below the source.
FOREIGN = frozenset({"__pycache__", "site-packages", "node_modules"})
# The file that makes a folder a virtual environment: https://docs.python.org/3/library/venv.html
VENV_MARKER = "pyvenv.cfg"
# What pages are made of: the files in these folders, and such files wherever they are.
PAGE_FOLDERS = frozenset({"templates", "static"})
PAGE_SUFFIXES = frozenset({".html", ".jinja", ".jinja2", ".j2", ".css", ".js"})


def is_own_name(name: str) -> bool:
    """Whether a file or folder of this name may belong to the source: it is neither hidden nor foreign."""
    return not name.startswith(".") and name not in FOREIGN


def is_own_folder(entries: Iterable[str]) -> bool:
    """Whether a folder below the source with these entries may belong to it. The source itself always does."""
    return VENV_MARKER not in entries


class SourceTree:
    """The folder that the app is imported from."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def owns(self, path: Path) -> bool:
        """Whether a file or folder, which may be gone, is below the source and part of it."""
        if path == self.root:
            return True
        if not path.is_relative_to(self.root) or not all(map(is_own_name, path.relative_to(self.root).parts)):
            return False
        below_root = (path, *path.parents[: len(path.parts) - len(self.root.parts) - 1])
        return not any((folder / VENV_MARKER).exists() for folder in below_root)

    def is_page_file(self, path: Path) -> bool:
        """Whether a file that it owns is a template or a static file, and no backup that an editor has made of one."""
        if path.suffix == ".py" or not path.suffix[1:].isalnum():
            return False
        return path.suffix in PAGE_SUFFIXES or not PAGE_FOLDERS.isdisjoint(path.relative_to(self.root).parts[:-1])

    def shadowing(self) -> list[Path]:
        """Its modules and packages that hide one of Python's own, or one that this server needs."""
        names = sys.stdlib_module_names | {"watchdog", "werkzeug", "wsgi_hotreload"}
        found = [path for path in self.root.iterdir() if path.suffix == ".py" or next(path.glob("*.py"), None)]
        return sorted(path for path in found if path.stem in names)

    def files(self, suffix: str) -> set[Path]:
        """All files with a suffix, as ``.py``, that it owns now."""
        found: set[Path] = set()
        for folder, folders, files in os.walk(self.root):
            if folder != str(self.root) and not is_own_folder(files):
                folders.clear()
                continue
            folders[:] = filter(is_own_name, folders)
            found.update(Path(folder, name) for name in files if name.endswith(suffix) and is_own_name(name))
        return found
