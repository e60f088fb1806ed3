"""Add to a list that is written with commas, on one line or one a line, and take out of it.

Such a list has the names of an import statement, or the strings that are assigned to ``__all__``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from notebook_to_app.core.blocks import Block

# What stands before an element on a line of its own: the end of the line above, lines of comments, its indentation.
_LINE_BREAK = re.compile(rb"[(\[,][ \t]*(?:#[^\r\n]*)?(\r\n|\r|\n)(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*([ \t]*)\Z")
_COMMA = re.compile(rb",[\s\\]*\Z")
# What follows the last element: a comma, and what else is on its line if that is no code.
_END = re.compile(rb"([ \t]*,)?([ \t]*(?:#[^\r\n]*)?(?=[\r\n]))?")


def with_added(block: Block, key: str, new: str) -> Block:
    """A block with one more element, written as its neighbors are: in its place if they are in order, or else last."""
    data, container, elements = _parsed(block)
    if not elements:
        ((_, end),) = _spans(data, [container])
        made = f"{new}," if isinstance(container, ast.Tuple) else new
        return _joined(block, [data[: end - 1], made.encode(), data[end - 1 :]])
    spans, keys = _spans(data, elements), [getattr(element, "name", "") or element.value for element in elements]
    above, end = data[: spans[-1][0]], spans[-1][1]
    line_break, comma_above = _LINE_BREAK.search(above), _COMMA.search(above)
    separator = b"," + b"".join(line_break.groups()) if line_break else comma_above[0] if comma_above else b", "
    if len(keys) > 1 and keys == sorted(keys) and key < keys[-1]:
        start = next(start for (start, _), other in zip(spans, keys, strict=True) if other > key)
        return _joined(block, [data[:start], new.encode(), separator, data[start:]])
    # The comment at the end of the last line stays there.
    found = _END.match(data, end) if line_break else None
    comma, comment = found.groups(b"") if found else (b"", b"")
    rest = data[end + len(comma + comment) :]
    return _joined(block, [data[:end], separator[:1], comment, separator[1:], new.encode(), comma, rest])


def with_some(block: Block, kept: Sequence[int]) -> Block:
    """A block with these of its elements alone."""
    data, _, elements = _parsed(block)
    spans = _spans(data, elements)
    parts = [data[spans[index][0] : spans[index + 1][0]] for index in kept[:-1]]
    last_start, last_end = spans[kept[-1]]
    return _joined(block, [data[: spans[0][0]], *parts, data[last_start:last_end], data[spans[-1][1] :]])


def _parsed(block: Block) -> tuple[bytes, Any, list[Any]]:
    """The text, as syntax trees count its columns, what of it has the elements, and these."""
    (statement,) = ast.parse(block.text).body
    container: Any = getattr(statement, "value", statement)
    return block.text.encode(), container, container.elts if hasattr(container, "elts") else container.names


def _spans(data: bytes, nodes: Iterable[Any]) -> list[tuple[int, int]]:
    starts = [0, *accumulate(map(len, data.splitlines(keepends=True)))]
    return [(starts[of.lineno - 1] + of.col_offset, starts[of.end_lineno - 1] + of.end_col_offset) for of in nodes]


def _joined(block: Block, parts: Iterable[bytes]) -> Block:
    return block.with_text(b"".join(parts).decode())
