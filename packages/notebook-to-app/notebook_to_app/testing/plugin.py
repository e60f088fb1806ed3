"""A pytest plugin: in the tests of the app, only what the app has can be imported, although more is installed here.

It imports nothing itself, as each run of the tests waits for that: who starts pytest says what is to be hidden.
"""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from notebook_to_app.testing import HIDDEN


class _AppOnly:
    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name in self._hidden:
            raise ModuleNotFoundError(f"No module named {name!r}: the notebooks have it, the app has not.", name=name)
        return None


sys.meta_path.insert(0, _AppOnly(frozenset(os.environ[HIDDEN].split())))
