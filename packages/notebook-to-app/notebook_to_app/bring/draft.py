"""A module while something is brought into it: statements exchanged, added and taken out, and blank lines between."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import libcst

from notebook_to_app.bring.cells import is_main_guard
from notebook_to_app.bring.statements import Statement, parse, split_comments, statements_of

IMPORTS = (libcst.Import, libcst.ImportFrom)
FUNCTIONS_AND_CLASSES = (libcst.FunctionDef, libcst.ClassDef)
# As PEP 8 has it, where the file does not show another habit.
BLANK_LINES = 2
# https://peps.python.org/pep-0263/#defining-the-encoding, and the line above it.
_FOR_MACHINES = re.compile(r"^#!|^#.*?coding[:=]")


class Draft:
    """The statements of a module, to be changed."""

    def __init__(self, data: bytes) -> None:
        """Take a file apart.

        Raises:
            Refusal: LibCST cannot read it.
        """
        self._module = parse(data)
        if not data:
            self._module = self._module.with_changes(has_trailing_newline=True)
        self._header = list(self._module.header)
        self.statements = statements_of(self._module, data.decode(self._module.encoding))
        self._blank_lines = self._usual_blank_lines()

    @property
    def module(self) -> libcst.Module:
        return self._module.with_changes(header=self._header, body=[part.node for part in self.statements])

    def index_of_end(self) -> int:
        """Where something new goes: the end, but above ``if __name__ == "__main__":``."""
        end = len(self.statements)
        while end and is_main_guard(self.statements[end - 1].trees[0]):
            end -= 1
        return end

    def binding(self, name: str) -> list[int]:
        """The indexes of the statements that bind a name."""
        return [index for index, statement in enumerate(self.statements) if name in statement.binds]

    def replace(self, index: int, new: Statement) -> None:
        """Put a statement in the place of another, whose comments it keeps if it has none of its own."""
        old = self.statements[index]
        own = new.comments
        if index == 0:
            self._replace_comments_in_header(own)
            above = list(old.node.leading_lines)
        else:
            above, comments = split_comments(old.node.leading_lines)
            above += own or comments
        if new.code == old.code:
            new = old
        self.statements[index] = replace(new, line=old.line).with_leading_lines(above)
        if _is_function_or_class(new) and not _is_function_or_class(old):
            for number in (index, index + 1):
                if 0 < number < len(self.statements):
                    self._space(number)

    def insert(self, index: int, new: Statement, blank_lines: int | None = None) -> None:
        """Add a statement, with so many blank lines above, or as many as are usual there."""
        if index == 0 and self.statements:
            self._give_comments_of_header_to_first(new)
        # More of them may have stood for a try-out between.
        own = min(1, _blank(new.node.leading_lines)) if blank_lines is None else blank_lines
        self.statements.insert(index, new.with_leading_lines(_empty(own) + new.comments))
        if blank_lines is None:
            self._space(index)
        if index + 1 < len(self.statements):
            self._space(index + 1)

    def remove(self, index: int) -> None:
        """Take a statement out, with the comments that belong to it."""
        above, _ = split_comments(self.statements[index].node.leading_lines)
        del self.statements[index]
        if index < len(self.statements):
            following = self.statements[index]
            lines = list(following.node.leading_lines)
            if index == 0 and not self._header:
                lines = lines[_blank(lines) :]
            elif any(line.comment for line in above) or _blank(above) > _blank(lines):
                lines = above + lines[_blank(lines) :]
            self.statements[index] = following.with_leading_lines(lines)

    def have_blank_line(self, index: int) -> None:
        """Have at least one blank line above a statement."""
        if 0 < index < len(self.statements) and not self.blank_lines_above(index):
            statement = self.statements[index]
            self.statements[index] = statement.with_leading_lines([*_empty(1), *statement.node.leading_lines])

    def blank_lines_above(self, index: int) -> int:
        return _blank(self.statements[index].node.leading_lines)

    def _space(self, index: int) -> None:
        """Have the usual number of blank lines above a statement, more if it had more."""
        statement = self.statements[index]
        own = list(statement.node.leading_lines)
        if not statement.line and _is_function_or_class(statement):
            own = own[_blank(own) :]
        if index == 0:
            usual = self._blank_lines if _is_function_or_class(statement) else 1
            missing = usual - _blank(self._header[::-1]) if self._header else 0
            own = own[_blank(own) :]
        else:
            missing = self._usual_between(self.statements[index - 1], statement) - _blank(own)
        self.statements[index] = statement.with_leading_lines([*_empty(max(0, missing)), *own])

    def _usual_between(self, above: Statement, below: Statement) -> int:
        if _is_function_or_class(above) or _is_function_or_class(below):
            return self._blank_lines
        is_another_kind = isinstance(above.only, IMPORTS) != isinstance(below.only, IMPORTS)
        is_block = not all(isinstance(part.node, libcst.SimpleStatementLine) for part in (above, below))
        return int(above.is_docstring or is_another_kind or is_block)

    def _usual_blank_lines(self) -> int:
        above = [
            split_comments(part.node.leading_lines)[0] for part in self.statements[1:] if _is_function_or_class(part)
        ]
        counts = Counter(len(lines) for lines in above if _blank(lines) == len(lines))
        return max(counts, key=lambda count: (counts[count], count == BLANK_LINES), default=BLANK_LINES)

    def _replace_comments_in_header(self, new: list[libcst.EmptyLine]) -> None:
        """Comments above the first statement may be about the file, unless a blank line separates them from that."""
        above, comments = split_comments(self._header)
        if not new or _texts(comments)[-len(new) :] == _texts(new):
            return
        self._header = (above or [*comments, *_empty(1 if comments else 0)]) + new

    def _give_comments_of_header_to_first(self, new: Statement) -> None:
        """Comments directly above what was first are about that, but above an import they are about the file."""
        if isinstance(new.only, IMPORTS) and isinstance(self.statements[0].only, IMPORTS):
            return
        above, comments = split_comments(self._header)
        if not any(_FOR_MACHINES.match(text) for text in _texts(comments)):
            first = self.statements[0]
            self._header = above
            self.statements[0] = first.with_leading_lines([*comments, *first.node.leading_lines])


def _is_function_or_class(statement: Statement) -> bool:
    return isinstance(statement.only, FUNCTIONS_AND_CLASSES)


def _texts(lines: Sequence[libcst.EmptyLine]) -> list[str]:
    return [line.comment.value if line.comment else "" for line in lines]


def _empty(count: int) -> list[libcst.EmptyLine]:
    return [libcst.EmptyLine(indent=False) for _ in range(count)]


def _blank(lines: Sequence[libcst.EmptyLine]) -> int:
    """How many blank lines there are at the beginning."""
    return next((number for number, line in enumerate(lines) if line.comment), len(lines))
