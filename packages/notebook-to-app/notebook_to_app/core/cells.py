"""What of a cell goes to the file, and what is a try-out that runs in the notebook.

What defines a name goes to the file: functions, classes, assignments, imports, an ``if`` or ``try``
that does nothing else, and a docstring at the beginning. So does a call that adds something to an object of
the module (``NAMES.append(…)``, ``general.add_url_rule(…)``), or registers a function of the cell (``register(f)``).
Everything else is tried out with what was brought: a call at the end, ``assert``, ``print``, loops, magics,
``if __name__ == "__main__":``, and an import that nothing but these uses.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from notebook_to_app.core.blocks import FUNCTIONS_AND_CLASSES, IMPORTS, Block, branches_of, split_blocks
from notebook_to_app.core.import_statements import imports_of
from notebook_to_app.core.names import last_name

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
    defined: set[str] = set()
    functions = {tree.name for block in blocks for tree in block.trees if isinstance(tree, FUNCTIONS_AND_CLASSES)}
    pairs: list[tuple[Block, list[bool]]] = [(block, []) for block in blocks]
    for block, kinds in pairs:
        for tree in block.trees:
            kinds.append(
                (everything and not (isinstance(tree, IMPORTS) and imports_itself(tree, module)))
                or (block.is_docstring and len(blocks) > 1)
                or _is_definition(tree, module, defined)
                or _adds(tree, objects | defined, functions)
            )
            defined |= _assigned_by(tree)
    if not everything:
        _leave_imports_of_tryouts(pairs)
    for block, kinds in pairs:
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


def _leave_imports_of_tryouts(pairs: list[tuple[Block, list[bool]]]) -> None:
    """Have an import that only try-outs use be one of them."""
    imports = [(block, kinds) for block, kinds in pairs if isinstance(block.only, IMPORTS) and kinds == [True]]
    of_tryouts = "\n".join(block.text for block, kinds in pairs if not all(kinds))
    of_definitions = "\n".join(block.text for block, kinds in pairs if all(kinds) and (block, kinds) not in imports)
    used, needed = (set(re.findall(r"\w+", text)) for text in (of_tryouts, of_definitions))
    for block, kinds in imports:
        names = {part.binds for part in imports_of(block.trees[0])}
        kinds[0] = not names & used or bool(names & needed)


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
    nodes = list(ast.walk(target))
    if any(isinstance(node, (ast.Attribute, ast.Subscript)) for node in nodes):
        return None
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def is_main_guard(node: ast.stmt) -> bool:
    """Whether this is ``if __name__ == "__main__":``."""
    return isinstance(node, ast.If) and _mentions(node.test, "__name__")


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(found, ast.Name) and found.id == name for found in ast.walk(node))


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
    return isinstance(call, ast.Call) and (
        last_name(call.func) in {"print", "display"} or _mentions(call.func, "get_ipython")
    )


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
    elif isinstance(node, (ast.If, ast.Try, ast.TryStar)) and not is_main_guard(node):
        rest = [statement for statement in branches_of(node) if not isinstance(statement, (ast.Pass, ast.Raise))]
        is_definition = bool(rest) and all(_is_definition(statement, module) for statement in rest)
    return is_definition


def imports_itself(node: ast.Import | ast.ImportFrom, module: str) -> bool:
    """Whether a module that holds this imports nothing but itself."""
    if isinstance(node, ast.Import):
        return all(alias.name == module for alias in node.names)
    package, _, own_name = module.rpartition(".")
    parents = module.split(".")[: -node.level] if node.level else []
    source = ".".join(filter(None, [*parents, node.module]))
    return source == module or (source == package and all(alias.name == own_name for alias in node.names))
