"""Names that a module offers to ``from module import *`` by its ``__all__``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.comma_lists import with_added
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
    block = blocks[0]
    found = re.search(r"['\"]", re.sub(r"#.*", "", block.code))
    quote = found[0] if found else '"'
    for name in missing:
        block = with_added(block, name, f"{quote}{name}{quote}")
        if not _is_list_of_strings(block):  # any more, as one of them stood in parentheses
            return missing
    editor.blocks[editor.binding(ALL)[0]] = block
    return []


def _is_list_of_strings(block: Block) -> bool:
    value = getattr(block.only, "value", None)
    return isinstance(value, (ast.List, ast.Tuple)) and all(
        isinstance(element, ast.Constant) and isinstance(element.value, str) for element in value.elts
    )
