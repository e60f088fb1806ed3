"""Merge a cell's imports into those of a module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

import libcst

from notebook_to_app.core.blocks import IMPORTS, Block, blank_lines
from notebook_to_app.core.comma_lists import sorted_index, with_added
from notebook_to_app.core.import_statements import (
    Import,
    alias_of,
    bound_by,
    edited,
    import_block,
    imports_of,
    is_for_type_checking,
    only_imports,
)
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal

# The longest line that is made; a longer one becomes a statement of its own.
LINE_LENGTH = 120
# The groups, in the order that isort and ruff have them.
_FUTURE, _STANDARD_LIBRARY, _INSTALLED, _OWN, _RELATIVE = range(5)


def has_imports(block: Block) -> bool:
    return any(map(imports_of, block.trees))


class ImportMerger:
    """Adds imports: to the statement that imports from the same module, or beside those of its kind."""

    def __init__(self, editor: ModuleEditor, is_own: Callable[[str], bool]) -> None:
        """``is_own`` says whether a top-level module is one of the app's."""
        self.editor = editor
        self._is_own = is_own

    def add(self, block: Block) -> None:
        """Add what the module does not import already.

        Raises:
            Refusal: one of its names is something else in the module.
        """
        imports = imports_of(block.trees[0])
        missing = [part for part in imports if not self._is_there(part)]
        for part in missing:
            self._make_room(part)
        for part in list(missing):
            if self._join(part):
                missing.remove(part)
        if missing == imports:
            self._insert(block, missing[0])
        elif missing:
            self._insert(import_block(missing), missing[0])

    def take_out(self, name: str) -> None:
        """Remove what binds a name from the imports."""
        for index in reversed(self.editor.binding(name)):
            block = self.editor.blocks[index]
            if not has_imports(block):
                continue
            if not isinstance(block.only, IMPORTS):
                raise Refusal(f"Line {block.line} of the module has semicolons: put each statement on its own line.")
            if all(part.binds == name for part in imports_of(block.only)):
                self.editor.remove(index)
            else:
                self.editor.blocks[index] = edited(block, lambda node: _without_name(node, name))

    def add_to_block(self, index: int, parts: list[Import]) -> None:
        """Add imports at the end of a block such as ``if TYPE_CHECKING:``."""
        block = self.editor.blocks[index]
        (tree,) = ast.parse(block.code).body
        first = block.code.split("\n")[tree.body[0].lineno - 1]  # type: ignore[attr-defined]
        indentation = first[: -len(first.lstrip())]
        self.editor.replace(index, block.with_text(block.text + "".join(f"{indentation}{part}\n" for part in parts)))

    def end_of_imports(self) -> int:
        """The index after the first run of imports, and of what only imports, at the top."""
        return self._first_run()[1]

    def _is_there(self, part: Import) -> bool:
        for block in self.editor.blocks:
            tree = block.trees[0]
            within = ast.walk(tree) if isinstance(tree, (ast.Try, ast.TryStar)) else [tree]
            if any(part in imports_of(node) for node in within):
                return True
        return False

    def _make_room(self, part: Import) -> None:
        if part.name == "*":
            return
        for index in self.editor.binding(part.binds):
            block = self.editor.blocks[index]
            others = [other for tree in block.trees for other in imports_of(tree) if other.binds == part.binds]
            if part.is_submodule and others and all(other.is_submodule for other in others):
                continue
            if is_for_type_checking(block.trees[0]):
                continue
            if not others:
                raise Refusal(
                    f"{part.binds} is no import in line {block.line} of the module: "
                    f"to have `{part}` instead, delete it there first."
                )
            self.take_out(part.binds)
            return

    def _join(self, part: Import) -> bool:
        """Add to a statement that imports from the same module, if that is written simply."""
        if part.name in (None, "*"):
            return False
        for index in range(*self._first_run()):
            block = self.editor.blocks[index]
            if not isinstance(block.only, ast.ImportFrom) or imports_of(block.only)[0].source != part.source:
                continue
            if block.only.names[0].name == "*" or _has_comment_at_end(block):
                continue
            joined = edited(block, lambda node: _with_name(node, part))
            if "\n" in joined.code.strip() or len(joined.code.strip()) <= LINE_LENGTH:
                self.editor.blocks[index] = joined
                return True
        return False

    def _insert(self, block: Block, first: Import) -> None:
        start, end = self._first_run()
        sections = {index: self._section_at(index) for index in range(start, end)}
        same = [index for index in sections if sections[index] == self._section(first)]
        if same:
            self._insert_among(same, block, _order(first))
            return
        before = [
            index for index, section in sections.items() if section is not None and section <= self._section(first)
        ]
        index = before[-1] + 1 if before else start
        if self._section(first) == _FUTURE:
            index = self._after_docstring()
        grouped = self._is_grouped(sections)
        self.editor.insert(index, block, gap=None if index == 0 else int(index <= start or grouped))
        if grouped or index == end:
            self.editor.have_blank_line(index + 1)

    def _insert_among(self, same: list[int], block: Block, key: tuple[bool, str]) -> None:
        """Add to a group: in its order if it has one, or else at its end."""
        keys = [_order(imports_of(self.editor.blocks[index].trees[0])[0]) for index in same]
        following = next((index for index, other in zip(same, keys, strict=True) if other > key), None)
        if keys != sorted(keys) or following is None:
            self.editor.insert(same[-1] + 1, block, gap=0)
            return
        gap = 0
        if following:
            above = self.editor.blocks[following].above
            gap = blank_lines(above)
            self.editor.blocks[following] = self.editor.blocks[following].with_above(above[gap:])
        self.editor.insert(following, block, gap=gap)

    def _first_run(self) -> tuple[int, int]:
        blocks = self.editor.blocks
        first = self._after_docstring()
        start = next((i for i in range(first, len(blocks)) if isinstance(blocks[i].only, IMPORTS)), None)
        if start is None or any(hasattr(part.trees[0], "body") for part in blocks[first:start]):
            return first, first
        end = start
        while end < len(blocks) and (isinstance(blocks[end].only, IMPORTS) or only_imports(blocks[end])):
            end += 1
        return start, end

    def _after_docstring(self) -> int:
        return int(bool(self.editor.blocks) and self.editor.blocks[0].is_docstring)

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
        parts = imports_of(self.editor.blocks[index].trees[0])
        return self._section(parts[0]) if parts else None

    def _is_grouped(self, sections: dict[int, int | None]) -> bool:
        """Whether blank lines stand between the groups, as far as there is more than one."""
        borders = [index for index in sections if sections[index] != sections.get(index - 1, sections[index])]
        return not borders or any(self.editor.blank_lines_above(index) for index in borders)


def _order(part: Import) -> tuple[bool, str]:
    """Plain imports come first, then by name without regard to upper case, as isort and ruff have it."""
    return part.name is not None, part.source.lower()


def _has_comment_at_end(block: Block) -> bool:
    line = libcst.ensure_type(libcst.parse_module(block.text).body[0], libcst.SimpleStatementLine)
    return line.trailing_whitespace.comment is not None


def _without_name(node: Any, name: str) -> Any:  # noqa: ANN401 - either kind of import
    kept = [alias for alias in node.names if bound_by(alias) != name]
    kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
    return node.with_changes(names=kept)


def _with_name(node: libcst.ImportFrom, part: Import) -> libcst.ImportFrom:
    assert not isinstance(node.names, libcst.ImportStar)  # noqa: S101 - for the type checker
    alias = alias_of(part)
    keys = [libcst.Module([]).code_for_node(name.name) for name in node.names]
    index = sorted_index(keys, part.name or "")
    if not (node.lpar and node.rpar):
        return node.with_changes(names=with_added(list(node.names), alias, index, None, None)[0])
    opening, closing = node.lpar.whitespace_after, node.rpar.whitespace_before
    names, closing = with_added(list(node.names), alias, index, opening, closing)  # type: ignore[assignment]
    return node.with_changes(names=names, rpar=node.rpar.with_changes(whitespace_before=closing))
