"""Names that a module offers to ``from module import *`` by its ``__all__``."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import libcst

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.comma_lists import sorted_index, with_added
from notebook_to_app.core.import_statements import edited
from notebook_to_app.core.module_editor import ModuleEditor

ALL = "__all__"


def add_exports(editor: ModuleEditor, names: Iterable[str]) -> list[str]:
    """Add public names to the list ``__all__``, if the module has one. Returns those that it could not add."""
    blocks = [editor.blocks[index] for index in editor.binding(ALL)]
    nodes = (node for block in blocks for tree in block.trees for node in ast.walk(tree))
    listed = {node.value for node in nodes if isinstance(node, ast.Constant)}
    missing = [name for name in names if not name.startswith("_") and name not in listed]
    if not blocks or not missing:
        return []
    if len(blocks) > 1 or not _is_list_of_strings(blocks[0]):
        return missing

    def with_missing(node: libcst.Assign) -> libcst.Assign:
        value = node.value
        for name in missing:
            value = _with_name(value, name)  # type: ignore[arg-type]
        return node.with_changes(value=value)

    (index,) = editor.binding(ALL)
    editor.blocks[index] = edited(blocks[0], with_missing)
    return []


def _is_list_of_strings(block: Block) -> bool:
    value = getattr(block.only, "value", None)
    return isinstance(value, (ast.List, ast.Tuple)) and all(
        isinstance(element, ast.Constant) and isinstance(element.value, str) for element in value.elts
    )


def _with_name(value: libcst.List | libcst.Tuple, name: str) -> libcst.List | libcst.Tuple:
    strings = [libcst.ensure_type(element.value, libcst.SimpleString) for element in value.elements]
    quote = strings[0].quote if strings else '"'
    index = sorted_index([str(string.evaluated_value) for string in strings], name)
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
