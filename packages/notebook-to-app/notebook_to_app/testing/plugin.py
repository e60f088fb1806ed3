"""A pytest plugin: in the tests of the app, only what the app has can be imported, although more is installed here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from notebook_to_app.files.app_packages import modules_missing_in
from notebook_to_app.testing.run import LOCK


class _AppOnly:
    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name in self._hidden:
            raise ModuleNotFoundError(f"No module named {name!r}: the notebooks have it, the app has not.", name=name)
        return None


sys.meta_path.insert(0, _AppOnly(modules_missing_in(Path(LOCK)) - {"notebook_to_app"}))
