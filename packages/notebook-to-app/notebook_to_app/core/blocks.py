"""Source code as blocks of lines: one for each top-level statement, and none of their bytes lost.

A syntax tree says what a block is. What is written is always the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from notebook_to_app.core.names import Names, names_of

DOCSTRING = "__doc__"
IMPORTS = (ast.Import, ast.ImportFrom)
FUNCTIONS_AND_CLASSES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# What ends a line for Python, which is less than for `str.splitlines`.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, eq=False)
class Block:
    """The lines of a statement, or of several that semicolons put on the same lines."""

    # The blank lines and comments between the block before and this.
    above: tuple[str, ...]
    text: str
    trees: tuple[ast.stmt, ...]
    # In the file, for messages; 0 for what the cell brings.
    line: int = 0
    is_docstring: bool = False

    @cached_property
    def code(self) -> str:
        """The text, to be compared with that of a file with other line ends."""
        return with_newlines(self.text, "\n")

    @cached_property
    def names(self) -> Names:
        return names_of(self.code)

    @property
    def binds(self) -> frozenset[str]:
        return frozenset({DOCSTRING}) if self.is_docstring else self.names.binds

    @property
    def only(self) -> ast.stmt | None:
        """The statement, or None if there are several."""
        return self.trees[0] if len(self.trees) == 1 else None

    @property
    def is_function_or_class(self) -> bool:
        return isinstance(self.only, FUNCTIONS_AND_CLASSES)

    @property
    def is_compound(self) -> bool:
        return hasattr(self.trees[0], "body") or hasattr(self.trees[0], "cases")

    @property
    def comments(self) -> tuple[str, ...]:
        """The comments directly above, which belong to it."""
        return split_comments(self.above)[1]

    @property
    def source(self) -> str:
        """The text with its comments."""
        return "".join(self.comments) + self.text

    def with_above(self, lines: Iterable[str]) -> Block:
        return replace(self, above=tuple(lines))

    def with_text(self, text: str) -> Block:
        """Another content in the same place."""
        return replace(self, text=text, trees=tuple(ast.parse(text).body))


def split_blocks(text: str) -> tuple[list[Block], tuple[str, ...]]:
    """The blocks of a text, and the lines below the last one.

    Raises:
        SyntaxError: it does not parse.
    """
    lines = _LINE.findall(text)
    module = ast.parse(text)
    spans: list[tuple[int, int, list[ast.stmt]]] = []
    for tree in module.body:
        # Decorators are above the line that Python calls a definition's own.
        first = min(node.lineno for node in [tree, *getattr(tree, "decorator_list", [])])
        last = tree.end_lineno or tree.lineno
        trees: list[ast.stmt] = []
        if spans and (first <= spans[-1][1] or lines[spans[-1][1] - 1].rstrip("\r\n").endswith("\\")):
            first, _, trees = spans.pop()
        spans.append((first, last, [*trees, tree]))
    blocks: list[Block] = []
    end = 0
    for first, last, trees in spans:
        above, end = lines[end : first - 1], last
        # Indented comments at the end of a function are its own.
        while hasattr(trees[-1], "body") and end < len(lines) and re.match(r"\s+#", lines[end]):
            end += 1
        is_docstring = not blocks and len(trees) == 1 and ast.get_docstring(module, clean=False) is not None
        blocks.append(Block(tuple(above), "".join(lines[first - 1 : end]), tuple(trees), first, is_docstring))
    return blocks, tuple(lines[end:])


def separate(block: Block) -> list[Block]:
    """One block for each of the statements that semicolons separate."""
    if block.only:
        return [block]
    texts = [ast.get_source_segment(block.text, tree) or "" for tree in ast.parse(block.text).body]
    comment = re.search(r"#[^\n]*$", block.text.rpartition(texts[-1])[2].rstrip("\n"))
    texts[-1] += f"  {comment[0]}" if comment else ""
    parts = [Block((), f"{text}\n", (tree,)) for text, tree in zip(texts, block.trees, strict=True)]
    return [parts[0].with_above(block.above), *parts[1:]]


def branches_of(tree: ast.If | ast.Try | ast.TryStar) -> list[ast.stmt]:
    """The statements of all branches."""
    handled = [statement for handler in getattr(tree, "handlers", ()) for statement in handler.body]
    return [*tree.body, *handled, *tree.orelse, *getattr(tree, "finalbody", ())]


def is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def split_comments(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is above a blank line, that one included, and the comments below it, which belong to what follows."""
    start = len(lines)
    while start and is_comment(lines[start - 1]):
        start -= 1
    return tuple(lines[:start]), tuple(lines[start:])


def blank_lines(lines: Sequence[str]) -> int:
    """How many blank lines there are at the beginning."""
    return next((number for number, line in enumerate(lines) if is_comment(line)), len(lines))


def with_newlines(text: str, newline: str) -> str:
    return re.sub(r"\r\n|\r|\n", newline, text)
