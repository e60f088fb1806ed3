"""Collect functions of earlier cells, with all that they need, as if they stood in one cell."""

from __future__ import annotations

import ast
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from notebook_to_app.core.names import GIVEN
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.notebook.cell_history import CellHistory, Found


def with_dependencies(names: list[str], history: CellHistory, module: str, in_module: AbstractSet[str]) -> str:
    """The code that defines the names and, above it, what that needs and the module does not have.

    Raises:
        Refusal: something cannot be brought, such as data. Names all of it.
    """
    collected = _Dependencies(history, module, in_module)
    for name in names:
        from_app = history.import_from_app(name)
        if from_app:
            raise Refusal(f"{name} is in {from_app.source} already.")
        collected.add(name, is_asked_for=True)
    if collected.missing:
        raise Refusal("\n".join(collected.missing))
    return "\n\n".join([*collected.imports, *collected.definitions]) + "\n"


@dataclass
class _Dependencies:
    history: CellHistory
    module: str
    in_module: AbstractSet[str]
    imports: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, name: str, *, is_asked_for: bool = False) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        from_app = None if is_asked_for else self.history.import_from_app(name)
        found = self.history.definition(name)
        its_import = from_app or (found.import_of(name) if found else None)
        if its_import:
            self.imports.append(str(its_import))
        elif found is None or not self._can_be_brought(name, found, is_asked_for=is_asked_for):
            self.missing.append(self.history.explain_undefined(name, self.module))
        else:
            self.seen |= found.names.binds
            for needed in sorted(found.names.needs - GIVEN - self.in_module):
                self.add(needed)
            self.definitions.append(found.code.strip("\n"))

    def _can_be_brought(self, name: str, found: Found, *, is_asked_for: bool) -> bool:
        is_assigned = isinstance(found.tree, (ast.Assign, ast.AnnAssign))
        return not self.history.is_data(name, found) or (is_asked_for and is_assigned)
