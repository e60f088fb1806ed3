"""Collect functions of earlier cells, with all that they need, as if they stood in one cell."""

from __future__ import annotations

import ast
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from notebook_to_app.core.names import GIVEN
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.notebook.cell_history import CellHistory


def with_dependencies(names: list[str], history: CellHistory, module: str, in_module: AbstractSet[str]) -> str:
    """The code that defines the names and, above it, what that needs and the module does not have.

    Raises:
        Refusal: something cannot be brought, such as data. Names all of it.
    """
    collected = _Dependencies(history, module, in_module, frozenset(names))
    for name in names:
        from_app = history.import_from_app(name)
        if from_app:
            raise Refusal(f"{name} is in {from_app.source} already.")
        collected.add(name)
    if collected.missing:
        raise Refusal("\n".join(collected.missing))
    return "\n\n".join([*collected.imports, *collected.definitions]) + "\n"


@dataclass
class _Dependencies:
    history: CellHistory
    module: str
    in_module: AbstractSet[str]
    asked_for: AbstractSet[str]
    imports: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        found = self.history.definition(name)
        is_assigned = found is not None and isinstance(found.block.only, (ast.Assign, ast.AnnAssign))
        may_be_data = is_assigned and name in self.asked_for
        its_import = self.history.import_from_app(name) or (found.import_of(name) if found else None)
        if its_import:
            self.imports.append(str(its_import))
        elif found is None or (self.history.is_data(name, found) and not may_be_data):
            self.missing.append(self.history.explain_undefined(name, self.module))
        else:
            self.seen |= found.block.names.binds
            for needed in sorted(found.block.names.needs - GIVEN - self.in_module):
                self.add(needed)
            self.definitions.append(found.block.source.strip("\n"))
