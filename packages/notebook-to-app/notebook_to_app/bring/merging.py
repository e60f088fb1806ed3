"""Bring the definitions of a cell into the text of a module."""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import libcst

from notebook_to_app.bring.cells import Cell
from notebook_to_app.bring.draft import Draft
from notebook_to_app.bring.exports import ALL, add_exports
from notebook_to_app.bring.import_statements import imports_of, one_by_one, only_imports
from notebook_to_app.bring.imports import ImportMerger
from notebook_to_app.bring.names import GIVEN
from notebook_to_app.bring.order import check_order, place_for
from notebook_to_app.bring.refusal import Refusal
from notebook_to_app.bring.replacing import put_in_place
from notebook_to_app.bring.statements import DOCSTRING, Statement, statements_for
from notebook_to_app.bring.units import Unit, check_tryouts, units_of


class UndefinedNames(Refusal):
    """The cell uses names that neither it, nor the module, nor Python defines."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(f"{' and '.join(names)} would not be defined in the module: define or import it in this cell.")


@dataclass(frozen=True)
class Merged:
    """The new text of a module, and what came into it."""

    data: bytes
    # What the cell binds in the module, imports included.
    names: tuple[str, ...]
    # What the person should know besides.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What a module's text alone does not tell."""

    # Whether a top-level module is one of the app's.
    is_own: Callable[[str], bool]
    # The names that `from MODULE import *` binds, or None if nobody knows.
    star_names: Callable[[str], AbstractSet[str] | None]


def merge(data: bytes, cell: Cell, surroundings: Surroundings) -> Merged:
    """The text of a module with a cell's definitions in it.

    Everything else in the text keeps its bytes. What the module has under the same name is replaced
    in place; what is new goes to the end, or above what needs it when the module is loaded.

    Raises:
        Refusal: this cannot be done safely.
    """
    _check_module(data)
    draft = Draft(data)
    brought = statements_for(draft.module, cell.definitions)
    if not brought:
        raise Refusal("There is no function, class, assignment or import in this cell: nothing to bring.")
    before = _bound(draft)
    unchanged = {statement.code for statement in draft.statements}
    names = [name for statement in brought for name in sorted(_bound_for_use(statement))]
    check_tryouts(cell.tryouts, frozenset(names), frozenset(before))

    importer = ImportMerger(draft, surroundings.is_own)
    imports = [statement for statement in brought if imports_of(statement.trees[0])]
    for statement in imports:
        for part in one_by_one(statement):
            importer.add(part)
    units = units_of(statement for statement in brought if statement not in imports)
    new = [unit for unit in units if not put_in_place(draft, unit, importer)]
    for unit in new:
        index = _place(draft, unit, importer)
        for number, statement in enumerate(unit.statements):
            draft.insert(index + number, statement)
    added = [name for unit in new for name in sorted(unit.binds - before)]
    notes = () if ALL in names else _export(draft, added)

    _check_defined(draft, units, surroundings)
    check_order(draft.statements, [statement for statement in brought if statement.code not in unchanged])
    for statement in imports:
        for imported in imports_of(statement.trees[0]):
            names += sorted(surroundings.star_names(imported.source) or ()) if imported.name == "*" else []
    return Merged(_encoded(draft.module), tuple(dict.fromkeys(names)), notes)


def _check_module(data: bytes) -> None:
    try:
        compile(data, "<module>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise Refusal(f"The module does not compile ({error.args[0]}{where}): mend that first.") from None


def _bound_for_use(statement: Statement) -> frozenset[str]:
    if any(part.source == "__future__" for part in imports_of(statement.trees[0])):
        return frozenset()
    return statement.binds - {DOCSTRING}


def _bound(draft: Draft) -> set[str]:
    return {name for statement in draft.statements for name in statement.binds | statement.names.sets}


def _place(draft: Draft, unit: Unit, importer: ImportMerger) -> int:
    if unit.statements[0].is_docstring:
        return 0
    if all(only_imports(statement) for statement in unit.statements):
        return importer.end_of_imports()
    return min(place_for(draft.statements, statement, draft.index_of_end()) for statement in unit.statements)


def _export(draft: Draft, names: list[str]) -> tuple[str, ...]:
    left_out = add_exports(draft, [name for name in names if name != DOCSTRING])
    if not left_out:
        return ()
    return (f"__all__ of the module is computed: add {', '.join(left_out)} by hand if a star import shall see it.",)


def _check_defined(draft: Draft, units: list[Unit], surroundings: Surroundings) -> None:
    known = _bound(draft) | GIVEN
    needed = {name for unit in units for statement in unit.statements for name in statement.names.needs} - known
    for statement in draft.statements:
        for node in (node for tree in statement.trees for node in ast.walk(tree) if needed):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                offered = surroundings.star_names("." * node.level + (node.module or ""))
                needed = set() if offered is None else needed - offered
    if needed:
        raise UndefinedNames(sorted(needed))


def _encoded(module: libcst.Module) -> bytes:
    try:
        data = module.bytes
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise Refusal(f"The module is written in {module.encoding}, which has no {character!r}: use another.") from None
    try:
        compile(data, "<module>", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise Refusal(f"The module would not compile any more ({error.msg}, line {error.lineno}).") from None
    return data
