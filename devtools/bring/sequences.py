"""Add an element to a list that is written with commas: on one line, or one a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst

Element = TypeVar("Element", bound=libcst.Element | libcst.ImportAlias)
Whitespace = libcst.BaseParenthesizableWhitespace


def with_added(
    elements: list[Element], new: Element, index: int, opening: Whitespace | None, closing: Whitespace | None
) -> tuple[list[Element], Whitespace | None]:
    """The elements with a new one, written as its neighbors are, and what then precedes the closing bracket.

    ``opening`` follows the opening bracket, ``closing`` precedes the closing one; None where there are no brackets.
    """
    if not elements:
        return [new], closing
    separator = _separator(elements, opening)
    if index < len(elements):
        added = _with_comma(new, separator)
        return [*elements[:index], added, *elements[index:]], closing

    last = elements[-1]
    between = separator.whitespace_after
    if isinstance(between, libcst.ParenthesizedWhitespace) and isinstance(closing, libcst.ParenthesizedWhitespace):
        # The comment at the end of its line stays there.
        between = between.with_changes(first_line=closing.first_line)
        closing = closing.with_changes(first_line=_plain(closing.first_line))
    before = _with_comma(last, separator.with_changes(whitespace_after=between))
    return [*elements[:-1], before, _with_comma(new, last.comma)], closing


def place_in_order(keys: Sequence[str], new: str) -> int:
    """The index of something new: in its place if the others are in order, or else at the end."""
    if len(keys) > 1 and list(keys) == sorted(keys):
        return next((index for index, key in enumerate(keys) if key > new), len(keys))
    return len(keys)


def _with_comma(element: Element, comma: libcst.Comma | libcst.MaybeSentinel) -> Element:
    changed: Element = element.with_changes(comma=comma)  # type: ignore[assignment]
    return changed


def _separator(elements: Sequence[Element], opening: Whitespace | None) -> libcst.Comma:
    used = [element.comma for element in elements[:-1] if isinstance(element.comma, libcst.Comma)]
    after = used[-1].whitespace_after if used else opening
    if isinstance(after, libcst.ParenthesizedWhitespace):
        return libcst.Comma(whitespace_after=after.with_changes(first_line=_plain(after.first_line), empty_lines=()))
    return libcst.Comma(whitespace_after=after if used and after else libcst.SimpleWhitespace(" "))


def _plain(line: libcst.TrailingWhitespace) -> libcst.TrailingWhitespace:
    return libcst.TrailingWhitespace(newline=line.newline)
