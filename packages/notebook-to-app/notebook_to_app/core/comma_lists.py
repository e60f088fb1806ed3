"""Add an element to a list that is written with commas: on one line, or one a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst

Element = TypeVar("Element", bound=libcst.Element | libcst.ImportAlias)
Whitespace = libcst.BaseParenthesizableWhitespace
SomeWhitespace = TypeVar("SomeWhitespace", bound=libcst.BaseParenthesizableWhitespace | None)


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

    # The comment at the end of the last line stays there. LibCST has it after the comma, or before the bracket.
    comma, between = elements[-1].comma, separator.whitespace_after
    end = comma.whitespace_after if isinstance(comma, libcst.Comma) else libcst.SimpleWhitespace("")
    if isinstance(between, libcst.ParenthesizedWhitespace):
        for whitespace in (end, closing):
            if isinstance(whitespace, libcst.ParenthesizedWhitespace):
                between = between.with_changes(first_line=whitespace.first_line)
                break
        end, closing = _without_comment(end), _without_comment(closing)
    if isinstance(comma, libcst.Comma):
        comma = comma.with_changes(whitespace_after=end)
    before = _with_comma(elements[-1], separator.with_changes(whitespace_after=between))
    return [*elements[:-1], before, _with_comma(new, comma)], closing


def sorted_index(keys: Sequence[str], new: str) -> int:
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
    if after is None or not (used or isinstance(after, libcst.ParenthesizedWhitespace)):
        after = libcst.SimpleWhitespace(" ")
    return libcst.Comma(whitespace_after=_without_comment(after))


def _without_comment(whitespace: SomeWhitespace) -> SomeWhitespace:
    if not isinstance(whitespace, libcst.ParenthesizedWhitespace):
        return whitespace
    plain = libcst.TrailingWhitespace(newline=whitespace.first_line.newline)
    return whitespace.with_changes(first_line=plain, empty_lines=())
