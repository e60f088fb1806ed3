"""What of a cell goes to the file, and what is a try-out that runs in the notebook.

What defines a name goes to the file: functions, classes, assignments, imports, an ``if`` or ``try``
that does nothing else, and a docstring at the beginning. So does a call that adds something to an object of
the module (``NAMES.append(…)``, ``general.add_url_rule(…)``), or registers a function of the cell (``register(f)``).
Everything else is tried out with what was brought: a call at the end, ``assert``, ``print``, loops, magics,
``if __name__ == "__main__":``, and an import that nothing but these uses.

This runs for each cell that begins with ``%%bring``, so it does without LibCST, which is slow to import.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from notebook_to_app.core.blocks import FUNCTIONS_AND_CLASSES, IMPORTS, Block, split_blocks

_TRY = (ast.Try, ast.TryStar)
# The names of functions that add to something, or register something.
_ADDS = re.compile(r"(?:add|append|connect|extend|include|init|insert|mount|register|set|subscribe|update)(?:_|$)")


@dataclass(frozen=True)
class Cell:
    """A cell's two parts. Each has as many lines as the cell, blank where the other part has its own."""

    definitions: str
    tryouts: str

    @property
    def has_tryouts(self) -> bool:
        return bool(self.tryouts.strip())

    @property
    def might_be_meant_for_the_module(self) -> list[str]:
        """The first lines of try-outs that are neither shown as the cell's value, nor checks, output or magics."""
        trees = ast.parse(self.tryouts).body
        if trees and isinstance(trees[-1], ast.Expr):
            trees.pop()
        kept = [tree for tree in trees if not isinstance(tree, (*IMPORTS, ast.Assert)) and not _only_shows(tree)]
        return [ast.unparse(tree).partition("\n")[0] for tree in kept]


def split(code: str, module: str, objects: AbstractSet[str] = frozenset(), *, everything: bool = False) -> Cell:
    """Split the code of a cell, without its magic, that is to be brought into a module.

    ``objects`` are the names that the module assigns. With ``everything``, nothing is a try-out.

    Raises:
        SyntaxError: it does not parse.
    """
    lines = code.split("\n")
    parts = {True: [""] * len(lines), False: [""] * len(lines)}
    blocks, _ = split_blocks(code)
    is_alone = len(blocks) == 1 and blocks[0].only
    defined: set[str] = set()
    functions = {tree.name for block in blocks for tree in block.trees if isinstance(tree, FUNCTIONS_AND_CLASSES)}
    all_kinds: list[list[bool]] = []
    for block in blocks:
        kinds: list[bool] = []
        all_kinds.append(kinds)
        for tree in block.trees:
            kinds.append(
                (everything and not (isinstance(tree, IMPORTS) and imports_itself(tree, module)))
                or (block.is_docstring and not is_alone)
                or _is_definition(tree, module, defined)
                or _adds(tree, objects | defined, functions)
            )
            defined |= _assigned_by(tree)
    if not everything:
        _leave_imports_of_tryouts(blocks, all_kinds)
    for block, kinds in zip(blocks, all_kinds, strict=True):
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


def _leave_imports_of_tryouts(blocks: list[Block], kinds: list[list[bool]]) -> None:
    """Have an import that only try-outs use be one of them."""
    pairs = list(zip(blocks, kinds, strict=True))
    of_tryouts = "\n".join(block.text for block, its_kinds in pairs if not all(its_kinds))
    of_definitions = "\n".join(block.text for block, its_kinds in pairs if all(its_kinds) and not _is_import(block))
    used, needed = (set(re.findall(r"\w+", text)) for text in (of_tryouts, of_definitions))
    for block, its_kinds in pairs:
        if _is_import(block) and its_kinds == [True]:
            names = {(alias.asname or alias.name).partition(".")[0] for alias in block.trees[0].names}  # type: ignore[attr-defined]
            its_kinds[0] = not names & used or bool(names & needed)


def _is_import(block: Block) -> bool:
    return isinstance(block.only, IMPORTS)


def assigned_objects(code: bytes) -> set[str]:
    """The names that a module assigns; none if it does not parse."""
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError):
        return set()
    return {name for node in body for name in _assigned_by(node)}


def _assigned_by(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {name for target in targets for name in bound_by_target(target) or []}


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


def _adds(node: ast.stmt, objects: AbstractSet[str], functions: AbstractSet[str]) -> bool:
    """Whether this is a call that adds to an object of the module, or registers a function of the cell."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not _ADDS.match(last_name(call.func)):
        return False
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    passed = {argument.id for argument in arguments if isinstance(argument, ast.Name)}
    is_method = isinstance(call.func, ast.Attribute)
    return bool(passed & functions) or (is_method and _first_name(call.func) in objects)


def _only_shows(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and (last_name(call.func) in {"print", "display"} or _is_magic(call))


def _is_magic(call: ast.Call) -> bool:
    return any(isinstance(name, ast.Name) and name.id == "get_ipython" for name in ast.walk(call.func))


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return getattr(node, "id", "")


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
