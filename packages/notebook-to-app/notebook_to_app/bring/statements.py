"""A module as a list of its top-level statements, which can be exchanged without touching anything else.

LibCST keeps every byte of a file, comments and blank lines included, and gives back all that was not
exchanged as it was: https://libcst.readthedocs.io
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import libcst

from notebook_to_app.bring.cells import first_line
from notebook_to_app.bring.names import Names, names_of
from notebook_to_app.bring.refusal import Refusal

Node = libcst.SimpleStatementLine | libcst.BaseCompoundStatement
DOCSTRING = "__doc__"


@dataclass(frozen=True, eq=False)
class Statement:
    """A line of simple statements, or a compound one."""

    node: Node
    # What it consists of for Python: several where semicolons separate them.
    trees: tuple[ast.stmt, ...]
    # Its lines, without comments above.
    code: str
    # In the file, for messages; 0 for what the cell brings.
    line: int
    is_docstring: bool = False

    @cached_property
    def names(self) -> Names:
        return names_of(self.code)

    @property
    def binds(self) -> frozenset[str]:
        return frozenset({DOCSTRING}) if self.is_docstring else self.names.binds

    @property
    def only(self) -> Any:  # noqa: ANN401 - a node of LibCST, to be asked for its type
        """The LibCST node of the statement itself, or None for a line with semicolons."""
        if isinstance(self.node, libcst.SimpleStatementLine):
            return self.node.body[0] if len(self.node.body) == 1 else None
        return self.node

    @property
    def comments(self) -> list[libcst.EmptyLine]:
        """The comments directly above."""
        return split_comments(self.node.leading_lines)[1]

    def with_leading_lines(self, lines: Sequence[libcst.EmptyLine]) -> Statement:
        return replace(self, node=self.node.with_changes(leading_lines=lines))

    def with_node(self, node: Node) -> Statement:
        """The statement in the same place and with the comments above, but with another content."""
        code = libcst.Module([]).code_for_node(node.with_changes(leading_lines=()))
        return replace(self, node=node, trees=tuple(ast.parse(code).body), code=code)


def parse(code: bytes | str) -> libcst.Module:
    """The concrete syntax tree.

    Raises:
        Refusal: LibCST cannot read it, or would not give it back as it is.
    """
    try:
        module = libcst.parse_module(code)
    except libcst.ParserSyntaxError as error:
        raise Refusal(
            f"LibCST, which edits files, does not know the syntax in line {error.raw_line}: make the change by hand."
        ) from None
    if (module.bytes if isinstance(code, bytes) else module.code) != code:
        raise Refusal("LibCST, which edits files, would change more than it should: make the change by hand.")
    return module


def statements_of(module: libcst.Module, code: str) -> list[Statement]:
    """The top-level statements of a module that was parsed from this code."""
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    trees = iter(ast.parse("\n".join(lines)).body)
    found = []
    for number, node in enumerate(module.body):
        count = len(node.body) if isinstance(node, libcst.SimpleStatementLine) else 1
        its_trees = tuple(next(trees) for _ in range(count))
        first, last = first_line(its_trees[0]), max(tree.end_lineno or 0 for tree in its_trees)
        text = "\n".join(lines[first - 1 : last]) + "\n"
        is_docstring = number == 0 and count == 1 and ast.get_docstring(ast.Module([its_trees[0]], [])) is not None
        found.append(Statement(node, its_trees, text, first, is_docstring))
    return found


def split_comments(lines: Sequence[libcst.EmptyLine]) -> tuple[list[libcst.EmptyLine], list[libcst.EmptyLine]]:
    """What is above a blank line, that one included, and the comments below it, which belong to what follows."""
    start = len(lines)
    while start and lines[start - 1].comment:
        start -= 1
    return list(lines[:start]), list(lines[start:])


class _OwnIndentation(libcst.CSTTransformer):
    """Has blocks keep the indentation that they were written with, in a file that is indented otherwise."""

    def __init__(self, indent: str) -> None:
        self.indent = indent

    def leave_IndentedBlock(  # noqa: N802 - LibCST's name
        self, original_node: libcst.IndentedBlock, updated_node: libcst.IndentedBlock
    ) -> libcst.BaseSuite:
        if original_node.indent is None:
            return updated_node.with_changes(indent=self.indent)
        return updated_node


def statements_for(module: libcst.Module, code: str) -> list[Statement]:
    """The statements of a cell, with the line ends of a module and with their own indentation."""
    code = code.replace("\n", module.default_newline)
    cell = parse(code)
    if cell.default_indent != module.default_indent:
        cell = libcst.ensure_type(cell.visit(_OwnIndentation(cell.default_indent)), libcst.Module)
    found = statements_of(cell, code)
    if found:
        header = [*cell.header, *found[0].node.leading_lines]
        found[0] = found[0].with_leading_lines(header)
    return [replace(part, line=0) for statement in found for part in _separate(statement)]


def _separate(statement: Statement) -> list[Statement]:
    """One statement for each of those that semicolons separate."""
    if not isinstance(statement.node, libcst.SimpleStatementLine):
        return [statement]
    parts = []
    for number, (part, tree) in enumerate(zip(statement.node.body, statement.trees, strict=True)):
        node = statement.node.with_changes(body=[part.with_changes(semicolon=libcst.MaybeSentinel.DEFAULT)])
        if number:
            node = node.with_changes(leading_lines=())
        if number < len(statement.trees) - 1:
            node = node.with_changes(trailing_whitespace=libcst.TrailingWhitespace())
        code = statement.code if len(statement.trees) == 1 else ast.unparse(tree) + "\n"
        parts.append(replace(statement, node=node, trees=(tree,), code=code))
    return parts
