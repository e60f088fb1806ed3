"""What of a cell goes to the file, and what is a try-out that runs in the notebook.

What defines a name goes to the file: functions, classes, assignments, imports, an ``if`` or ``try``
that does nothing else, and a docstring at the beginning. Everything else is tried out with what was
brought: a call at the end, ``assert``, ``print``, loops, magics, ``if __name__ == "__main__":``.

This runs for each cell that begins with ``%%bring``, so it does without LibCST, which is slow to import.
"""

from __future__ import annotations

import ast
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from notebook_to_app.core.blocks import FUNCTIONS_AND_CLASSES, IMPORTS, split_blocks

_TRY = (ast.Try, ast.TryStar)


@dataclass(frozen=True)
class Cell:
    """A cell's two parts. Each has as many lines as the cell, blank where the other part has its own."""

    definitions: str
    tryouts: str

    @property
    def has_tryouts(self) -> bool:
        return bool(self.tryouts.strip())


def split(code: str, module: str) -> Cell:
    """Split the code of a cell, without its magic, that is to be brought into a module.

    Raises:
        SyntaxError: it does not parse.
    """
    lines = code.split("\n")
    parts = {True: [""] * len(lines), False: [""] * len(lines)}
    blocks, _ = split_blocks(code)
    is_alone = len(blocks) == 1 and blocks[0].only
    defined: set[str] = set()
    for block in blocks:
        kinds = []
        for tree in block.trees:
            kinds.append((block.is_docstring and not is_alone) or _is_definition(tree, module, defined))
            if isinstance(tree, (ast.Assign, ast.AnnAssign)):
                defined |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        first = block.line - 1
        start, last = first - len(block.comments), first + len(block.text.splitlines())
        if len(set(kinds)) == 1:
            parts[kinds[0]][start:last] = lines[start:last]
            continue
        parts[True][start:first] = lines[start:first]
        for kind in (True, False):
            of_kind = [tree for tree, its_kind in zip(block.trees, kinds, strict=True) if its_kind == kind]
            text = "; ".join(ast.get_source_segment(code, tree) or "" for tree in of_kind)
            # A semicolon at the end keeps a notebook from showing the value.
            text += ";" if not kind and lines[last - 1].rstrip().endswith(";") else ""
            parts[kind][first : first + text.count("\n") + 1] = text.split("\n")
    return Cell("\n".join(parts[True]), "\n".join(parts[False]))


def bound_by_target(target: ast.expr) -> list[str] | None:
    """The names that an assignment to this target binds, or None if it changes part of something."""
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Starred):
        return bound_by_target(target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        names = [bound_by_target(element) for element in target.elts]
        return None if None in names else [name for found in names if found for name in found]
    return None


def is_main_guard(node: ast.stmt) -> bool:
    """Whether this is ``if __name__ == "__main__":``."""
    return isinstance(node, ast.If) and any(
        isinstance(name, ast.Name) and name.id == "__name__" for name in ast.walk(node.test)
    )


def _is_definition(node: ast.stmt, module: str, defined: AbstractSet[str] = frozenset()) -> bool:
    is_definition = isinstance(node, FUNCTIONS_AND_CLASSES) or type(node).__name__ == "TypeAlias"
    if isinstance(node, IMPORTS):
        is_definition = not imports_itself(node, module)
    elif isinstance(node, ast.Assign):
        is_definition = all(bound_by_target(target) for target in node.targets)
    elif isinstance(node, ast.AnnAssign):
        is_definition = isinstance(node.target, ast.Name)
    elif isinstance(node, ast.AugAssign):
        is_definition = isinstance(node.target, ast.Name) and node.target.id in defined
    elif isinstance(node, ast.If):
        is_definition = not is_main_guard(node) and _only_defines([*node.body, *node.orelse], module)
    elif isinstance(node, _TRY):
        handled = [statement for handler in node.handlers for statement in handler.body]
        is_definition = _only_defines([*node.body, *handled, *node.orelse, *node.finalbody], module)
    return is_definition


def _only_defines(body: list[ast.stmt], module: str) -> bool:
    rest = [statement for statement in body if not isinstance(statement, (ast.Pass, ast.Raise))]
    return bool(rest) and all(_is_definition(statement, module) for statement in rest)


def imports_itself(node: ast.Import | ast.ImportFrom, module: str) -> bool:
    """Whether a module that holds this imports nothing but itself."""
    if isinstance(node, ast.Import):
        return all(alias.name == module for alias in node.names)
    package, _, own_name = module.rpartition(".")
    source = node.module or ""
    if node.level:
        parents = module.split(".")[: -node.level]
        source = ".".join([*parents, *([source] if source else [])])
    return source == module or (source == package and all(alias.name == own_name for alias in node.names))
