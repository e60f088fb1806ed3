"""Names that a module offers to ``from module import *`` by its ``__all__``."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import libcst

from notebook_to_app.bring.draft import Draft
from notebook_to_app.bring.sequences import place_in_order, with_added
from notebook_to_app.bring.statements import Statement

ALL = "__all__"


def add_exports(draft: Draft, names: Iterable[str]) -> list[str]:
    """Add public names to the list ``__all__``, if the module has one. Returns those that it could not add."""
    indexes = draft.binding(ALL)
    listed = {
        node.value
        for index in indexes
        for tree in draft.statements[index].trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    }
    missing = [name for name in names if not name.startswith("_") and name not in listed]
    if not indexes or not missing:
        return []
    statement = draft.statements[indexes[0]]
    value = _listed_value(statement)
    if len(indexes) > 1 or value is None:
        return missing
    for name in missing:
        value = _with_name(value, name)
    node = statement.node.with_changes(body=[statement.only.with_changes(value=value)])
    draft.statements[indexes[0]] = statement.with_node(node)
    return []


def _listed_value(statement: Statement) -> libcst.List | libcst.Tuple | None:
    """The list or tuple, if it is written out as strings."""
    value = getattr(statement.only, "value", None)
    if not isinstance(value, (libcst.List, libcst.Tuple)):
        return None
    is_simple = all(isinstance(element.value, libcst.SimpleString) for element in value.elements)
    return value if is_simple else None


def _with_name(value: libcst.List | libcst.Tuple, name: str) -> libcst.List | libcst.Tuple:
    strings = [libcst.ensure_type(element.value, libcst.SimpleString) for element in value.elements]
    quote = strings[0].quote if strings else '"'
    index = place_in_order([str(string.evaluated_value) for string in strings], name)
    new = libcst.Element(libcst.SimpleString(f"{quote}{name}{quote}"))
    elements = [element for element in value.elements if isinstance(element, libcst.Element)]
    if isinstance(value, libcst.List):
        left, right = value.lbracket, value.rbracket
        elements, closing = with_added(elements, new, index, left.whitespace_after, right.whitespace_before)
        return value.with_changes(elements=elements, rbracket=right.with_changes(whitespace_before=closing))
    if not value.lpar:
        return value.with_changes(elements=with_added(elements, new, index, None, None)[0])
    opening, right_parenthesis = value.lpar[-1].whitespace_after, value.rpar[0]
    elements, closing = with_added(elements, new, index, opening, right_parenthesis.whitespace_before)
    return value.with_changes(
        elements=elements, rpar=[right_parenthesis.with_changes(whitespace_before=closing), *value.rpar[1:]]
    )
