"""Merge a cell's imports into those of a module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

import libcst

from notebook_to_app.bring.draft import IMPORTS, Draft
from notebook_to_app.bring.import_statements import (
    Import,
    alias_of,
    bound_by,
    import_statement,
    imports_of,
    is_for_type_checking,
    only_imports,
)
from notebook_to_app.bring.refusal import Refusal
from notebook_to_app.bring.sequences import place_in_order, with_added
from notebook_to_app.bring.statements import Statement

# The longest line that is made; a longer one becomes a statement of its own.
LINE_LENGTH = 120
# The groups, in the order that isort and ruff have them.
_FUTURE, _STANDARD_LIBRARY, _INSTALLED, _OWN, _RELATIVE = range(5)


class ImportMerger:
    """Adds imports to a draft: to the statement that imports from the same module, or beside those of its kind."""

    def __init__(self, draft: Draft, is_own: Callable[[str], bool]) -> None:
        """``is_own`` tells whether a top-level module is one of the app's."""
        self.draft = draft
        self._is_own = is_own

    def add(self, statement: Statement) -> None:
        """Add what the module does not import already.

        Raises:
            Refusal: one of its names is something else in the module.
        """
        imports = imports_of(statement.trees[0])
        missing = [part for part in imports if not self._is_there(part)]
        for part in missing:
            self._make_room(part)
        for part in list(missing):
            if self._join(part):
                missing.remove(part)
        if missing == imports:
            self._insert(statement, missing[0])
        elif missing:
            self._insert(import_statement(missing), missing[0])

    def take_out(self, name: str) -> None:
        """Remove what binds a name from the imports."""
        for index in reversed(self.draft.binding(name)):
            statement = self.draft.statements[index]
            kept = [part for part in imports_of(statement.trees[0]) if part.binds != name]
            if not isinstance(statement.only, IMPORTS):
                raise Refusal(
                    f"Line {statement.line} of the module has semicolons: put each statement on its own line."
                )
            if not kept:
                self.draft.remove(index)
                continue
            node: Any = statement.only
            names = [alias for alias in node.names if bound_by(alias) != name]
            names[-1] = names[-1].with_changes(comma=node.names[-1].comma)
            node = node.with_changes(names=names)
            self.draft.statements[index] = statement.with_node(statement.node.with_changes(body=[node]))

    def add_to_block(self, index: int, parts: list[Import]) -> None:
        """Add imports at the end of a block such as ``if TYPE_CHECKING:``."""
        statement = self.draft.statements[index]
        node = libcst.ensure_type(statement.node, libcst.If)
        block = libcst.ensure_type(node.body, libcst.IndentedBlock)
        body = [*block.body, *(import_statement([part]).node for part in parts)]
        self.draft.statements[index] = statement.with_node(node.with_changes(body=block.with_changes(body=body)))

    def end_of_imports(self) -> int:
        """The index after the first run of imports, and of what only imports, at the top."""
        return self._first_run()[1]

    def _is_there(self, part: Import) -> bool:
        for statement in self.draft.statements:
            if part in imports_of(statement.trees[0]):
                return True
            if isinstance(statement.node, (libcst.Try, libcst.TryStar)) and any(
                part in imports_of(tree) for tree in ast.walk(statement.trees[0])
            ):
                return True
        return False

    def _make_room(self, part: Import) -> None:
        if part.name == "*":
            return
        for index in self.draft.binding(part.binds):
            statement = self.draft.statements[index]
            others = [other for tree in statement.trees for other in imports_of(tree) if other.binds == part.binds]
            if part.is_submodule and others and all(other.is_submodule for other in others):
                continue
            if is_for_type_checking(statement.trees[0]):
                continue
            if not others:
                raise Refusal(
                    f"{part.binds} is no import in line {statement.line} of the module: "
                    f"to have `{part}` instead, delete it there first."
                )
            self.take_out(part.binds)
            return

    def _join(self, part: Import) -> bool:
        """Add to a statement that imports from the same module, if that is written simply."""
        if part.name in (None, "*"):
            return False
        start, end = self._first_run()
        for index in range(start, end):
            statement = self.draft.statements[index]
            node = statement.only
            if not (isinstance(node, libcst.ImportFrom) and imports_of(statement.trees[0])[0].source == part.source):
                continue
            if isinstance(node.names, libcst.ImportStar) or statement.node.trailing_whitespace.comment:  # type: ignore[union-attr]
                continue
            joined = statement.with_node(statement.node.with_changes(body=[_with_name(node, part)]))
            if "\n" in joined.code.strip() or len(joined.code.strip()) <= LINE_LENGTH:
                self.draft.statements[index] = joined
                return True
        return False

    def _insert(self, statement: Statement, first: Import) -> None:
        start, end = self._first_run()
        sections = {index: self._section_at(index) for index in range(start, end)}
        same = [index for index in sections if sections[index] == self._section(first)]
        if same:
            self._insert_among(same, statement, _order(first))
            return
        before = [
            index for index, section in sections.items() if section is not None and section <= self._section(first)
        ]
        index = before[-1] + 1 if before else start
        if self._section(first) == _FUTURE:
            index = self._after_docstring()
        grouped = self._is_grouped(sections)
        self.draft.insert(index, statement, blank_lines=None if index == 0 else int(index <= start or grouped))
        if grouped or index == end:
            self.draft.have_blank_line(index + 1)

    def _insert_among(self, same: list[int], statement: Statement, key: tuple[bool, str]) -> None:
        """Add to a group: in its order if it has one, or else at its end."""
        keys = [_order(imports_of(self.draft.statements[index].trees[0])[0]) for index in same]
        following = next((index for index, other in zip(same, keys, strict=True) if other > key), None)
        if keys != sorted(keys) or following is None:
            self.draft.insert(same[-1] + 1, statement, blank_lines=0)
            return
        above = self.draft.blank_lines_above(following) if following else 0
        self._take_blank_lines(following, above)
        self.draft.insert(following, statement, blank_lines=above)

    def _take_blank_lines(self, index: int, count: int) -> None:
        statement = self.draft.statements[index]
        self.draft.statements[index] = statement.with_leading_lines(statement.node.leading_lines[count:])

    def _first_run(self) -> tuple[int, int]:
        statements = self.draft.statements
        first = self._after_docstring()
        start = next((i for i in range(first, len(statements)) if isinstance(statements[i].only, IMPORTS)), None)
        if start is None or any(hasattr(part.trees[0], "body") for part in statements[first:start]):
            return first, first
        end = start
        while end < len(statements) and (isinstance(statements[end].only, IMPORTS) or only_imports(statements[end])):
            end += 1
        return start, end

    def _after_docstring(self) -> int:
        return int(bool(self.draft.statements) and self.draft.statements[0].is_docstring)

    def _section(self, part: Import) -> int:
        top = part.source.partition(".")[0]
        if top == "__future__":
            return _FUTURE
        if top in sys.stdlib_module_names:
            return _STANDARD_LIBRARY
        if not top:
            return _RELATIVE
        return _OWN if self._is_own(top) else _INSTALLED

    def _section_at(self, index: int) -> int | None:
        parts = imports_of(self.draft.statements[index].trees[0])
        return self._section(parts[0]) if parts else None

    def _is_grouped(self, sections: dict[int, int | None]) -> bool:
        """Whether blank lines stand between the groups, as far as there is more than one."""
        borders = [index for index in sections if sections[index] != sections.get(index - 1, sections[index])]
        return not borders or any(self.draft.blank_lines_above(index) for index in borders)


def _order(part: Import) -> tuple[bool, str]:
    """Plain imports come first, then by name without regard to upper case, as isort and ruff have it."""
    return part.name is not None, part.source.lower()


def _with_name(node: libcst.ImportFrom, part: Import) -> libcst.ImportFrom:
    assert not isinstance(node.names, libcst.ImportStar)  # noqa: S101 - for the type checker
    alias = alias_of(part)
    keys = [libcst.Module([]).code_for_node(name.name) for name in node.names]
    index = place_in_order(keys, part.name or "")
    if not (node.lpar and node.rpar):
        return node.with_changes(names=with_added(list(node.names), alias, index, None, None)[0])
    opening, closing = node.lpar.whitespace_after, node.rpar.whitespace_before
    names, closing = with_added(list(node.names), alias, index, opening, closing)  # type: ignore[assignment]
    return node.with_changes(names=names, rpar=node.rpar.with_changes(whitespace_before=closing))
