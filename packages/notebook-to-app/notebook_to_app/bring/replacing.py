"""Put what a cell defines into the place of what the module has under the same name."""

from __future__ import annotations

import ast

import libcst

from notebook_to_app.bring.draft import FUNCTIONS_AND_CLASSES, Draft
from notebook_to_app.bring.import_statements import imports_of, is_for_type_checking
from notebook_to_app.bring.imports import ImportMerger
from notebook_to_app.bring.refusal import Refusal
from notebook_to_app.bring.statements import Statement
from notebook_to_app.bring.units import Unit


def put_in_place(draft: Draft, unit: Unit, importer: ImportMerger) -> bool:
    """Replace what the module has under the names of a unit; whether it has anything.

    Raises:
        Refusal: it is not clear what to replace, or something else would be lost.
    """
    if is_for_type_checking(unit.statements[0].trees[0]) and _only_imports(unit):
        return _join_type_checking(draft, unit, importer)
    if not unit.binds:  # a block of star imports
        return any(statement.code == unit.statements[0].code for statement in draft.statements)
    for name in sorted(unit.binds):
        if any(imports_of(draft.statements[index].trees[0]) for index in draft.binding(name)):
            importer.take_out(name)
    indexes = sorted({index for name in unit.binds for index in draft.binding(name)})
    if indexes:
        _check_replaceable(unit, [draft.statements[index] for index in indexes])
        _exchange(draft, unit, indexes)
    return bool(indexes)


def _exchange(draft: Draft, unit: Unit, indexes: list[int]) -> None:
    there = [draft.statements[index] for index in indexes]
    if len(there) == len(unit.statements):
        for index, statement in zip(indexes, unit.statements, strict=True):
            draft.replace(index, statement)
        return
    if len(there) > len(unit.statements) or indexes != list(range(indexes[0], indexes[-1] + 1)):
        lines = ", ".join(str(statement.line) for statement in there)
        raise Refusal(
            f"{unit.in_words} has {len(there)} definitions in the module (lines {lines}), and another number in "
            "this cell: bring all of them, or make the change by hand."
        )
    for index in reversed(indexes[1:]):
        draft.remove(index)
    draft.replace(indexes[0], unit.statements[0])
    for number, statement in enumerate(unit.statements[1:], start=1):
        draft.insert(indexes[0] + number, statement)


def _check_replaceable(unit: Unit, there: list[Statement]) -> None:
    for statement in there:
        others = statement.binds - unit.binds
        if others:
            raise Refusal(
                f"Line {statement.line} of the module defines {unit.in_words} together with "
                f"{' and '.join(sorted(others))}: make the change by hand."
            )
        if statement.only is None:
            raise Refusal(f"Line {statement.line} of the module has semicolons: put each statement on its own line.")
        if _is_block(statement) and not any(_is_block(part) for part in unit.statements):
            raise Refusal(
                f"{unit.in_words} is defined within a block in the module (line {statement.line}), "
                "and which part of it is meant is unclear: make the change by hand."
            )
    functions = [part for part in unit.statements if "_" in part.binds and hasattr(part.trees[0], "args")]
    if functions and [part.code for part in functions] != [part.code for part in there]:
        raise Refusal("Functions that are all named _ cannot be told apart: give each a name of its own.")


def _is_block(statement: Statement) -> bool:
    is_compound = isinstance(statement.node, libcst.BaseCompoundStatement)
    return is_compound and not isinstance(statement.node, FUNCTIONS_AND_CLASSES)


def _only_imports(unit: Unit) -> bool:
    tree = unit.statements[0].trees[0]
    return isinstance(tree, ast.If) and all(imports_of(node) for node in tree.body)


def _join_type_checking(draft: Draft, unit: Unit, importer: ImportMerger) -> bool:
    """Have ``if TYPE_CHECKING:`` import in the module what it imports in the cell; whether this is done."""
    wanted = [part for node in ast.walk(unit.statements[0].trees[0]) for part in imports_of(node)]
    blocks = [index for index, part in enumerate(draft.statements) if is_for_type_checking(part.trees[0])]
    there = [part for statement in draft.statements for part in imports_of(statement.trees[0])]
    for index in blocks:
        there += [part for node in ast.walk(draft.statements[index].trees[0]) for part in imports_of(node)]
    missing = [part for part in wanted if part not in there]
    if missing and blocks:
        importer.add_to_block(blocks[0], missing)
    return bool(blocks) or not missing
