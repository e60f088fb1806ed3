"""What of a cell goes to the file, and what is a try-out that runs in the notebook.

What defines a name goes to the file: functions, classes, assignments, imports, an ``if`` or ``try``
that does nothing else, and a docstring at the beginning. Everything else is tried out with what was
brought: a call at the end, ``assert``, ``print``, loops, magics, ``if __name__ == "__main__":``.

This runs for each cell that begins with ``%%bring``, so it does without LibCST, which is slow to import.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
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
    body = ast.parse(code).body
    defined: set[str] = set()
    for first, last, statements in _on_the_same_lines(body, lines):
        kinds = []
        for statement in statements:
            is_docstring = len(body) > 1 and statement is body[0] and is_string(statement)
            kinds.append(is_docstring or _is_definition(statement, module, defined))
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                defined |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        start = _with_comments_above(lines, first)
        if len(set(kinds)) == 1:
            parts[kinds[0]][start - 1 : last] = lines[start - 1 : last]
            continue
        parts[True][start - 1 : first - 1] = lines[start - 1 : first - 1]
        for kind in (True, False):
            of_kind = [statement for statement, its_kind in zip(statements, kinds, strict=True) if its_kind == kind]
            text = "; ".join(ast.get_source_segment(code, statement) or "" for statement in of_kind)
            # A semicolon at the end keeps a notebook from showing the value.
            text += ";" if not kind and lines[last - 1].rstrip().endswith(";") else ""
            parts[kind][first - 1 : first + text.count("\n")] = text.split("\n")
    return Cell("\n".join(parts[True]), "\n".join(parts[False]))


def grouped_by_lines(code: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The statements of a cell, those on one line together, with their lines and the comments directly above.

    Raises:
        SyntaxError: it does not parse.
    """
    lines = code.split("\n")
    for first, last, statements in _on_the_same_lines(ast.parse(code).body, lines):
        yield "\n".join(lines[_with_comments_above(lines, first) - 1 : last]) + "\n", statements


def first_line(node: ast.stmt) -> int:
    """Its decorators are above the line that Python calls a definition's own."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


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


def _on_the_same_lines(body: list[ast.stmt], lines: list[str]) -> Iterator[tuple[int, int, list[ast.stmt]]]:
    """First line, last line, and statements: several where semicolons separate them.

    Indented comments at the end of a function or block are its own.
    """
    last_lines: list[int] = []
    for statement in body:
        shares = last_lines and first_line(statement) <= last_lines[-1]
        last_lines.append(last_lines[-1] if shares else (statement.end_lineno or statement.lineno))
        if shares:
            last_lines[-1] = max(last_lines[-1], statement.end_lineno or 0)
    for last, group in groupby(zip(body, last_lines, strict=True), key=lambda pair: pair[1]):
        statements = [statement for statement, _ in group]
        end = last
        while hasattr(statements[-1], "body") and end < len(lines) and re.match(r"\s+#", lines[end]):
            end += 1
        yield first_line(statements[0]), end, statements


def _is_definition(node: ast.stmt, module: str, defined: AbstractSet[str] = frozenset()) -> bool:
    is_definition = isinstance(node, _DEFINITIONS) or type(node).__name__ == "TypeAlias"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
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


def is_string(node: ast.stmt) -> bool:
    """Whether this is a string and nothing else: at the beginning of a module it is the docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _with_comments_above(lines: list[str], first: int) -> int:
    """The line from which on comments lead without a gap to a statement: these belong to it."""
    while first > 1 and re.match(r"\s*#", lines[first - 2]):
        first -= 1
    return first
