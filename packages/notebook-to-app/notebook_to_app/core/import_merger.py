"""Merge a cell's imports into those of a module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable

from notebook_to_app.core.blocks import IMPORTS, Block, blank_lines
from notebook_to_app.core.comma_lists import with_added, with_some
from notebook_to_app.core.import_statements import (
    Import,
    import_block,
    imports_of,
    imports_within,
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
        missing = [part for part in missing if not self._join(part)]
        if missing:
            self._insert(block if missing == imports else import_block(missing), missing[0])

    def take_out(self, name: str) -> None:
        """Remove what binds a name from the imports."""
        for index in reversed(self.editor.binding(name)):
            block = self.editor.blocks[index]
            if not has_imports(block):
                continue
            if not isinstance(block.only, IMPORTS):
                raise Refusal(f"Line {block.line} of the module has semicolons: put each statement on its own line.")
            kept = [number for number, part in enumerate(imports_of(block.only)) if part.binds != name]
            if kept:
                self.editor.blocks[index] = with_some(block, kept)
            else:
                self.editor.remove(index)

    def add_to_block(self, index: int, parts: list[Import]) -> None:
        """Add imports at the end of a block such as ``if TYPE_CHECKING:``."""
        block = self.editor.blocks[index]
        (tree,) = ast.parse(block.code).body
        first = block.code.split("\n")[tree.body[0].lineno - 1]  # type: ignore[attr-defined]
        indentation = first[: -len(first.lstrip())]
        self.editor.replace(index, block.with_text(block.text + "".join(f"{indentation}{part}\n" for part in parts)))

    def first_run(self) -> range:
        """The indexes of the first imports, and of what only imports, at the top; or where they would be."""
        blocks = self.editor.blocks
        first = self._after_docstring()
        start = next((i for i in range(first, len(blocks)) if isinstance(blocks[i].only, IMPORTS)), None)
        if start is None or any(hasattr(part.trees[0], "body") for part in blocks[first:start]):
            return range(first, first)
        end = start
        while end < len(blocks) and (isinstance(blocks[end].only, IMPORTS) or only_imports(blocks[end])):
            end += 1
        return range(start, end)

    def _is_there(self, part: Import) -> bool:
        trees = [block.trees[0] for block in self.editor.blocks]
        tried = [tree for tree in trees if isinstance(tree, (ast.Try, ast.TryStar))]
        return any(part in imports_of(tree) for tree in trees) or any(part in imports_within(tree) for tree in tried)

    def _make_room(self, part: Import) -> None:
        for index in self.editor.binding(part.binds):
            block = self.editor.blocks[index]
            others = [other for tree in block.trees for other in imports_of(tree) if other.binds == part.binds]
            is_beside = part.is_submodule and others and all(other.is_submodule for other in others)
            if is_beside or is_for_type_checking(block.trees[0]):
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
        if not part.name or part.name == "*":
            return False
        for index in self.first_run():
            block = self.editor.blocks[index]
            if not isinstance(block.only, ast.ImportFrom) or imports_of(block.only)[0].source != part.source:
                continue
            if block.only.names[0].name == "*" or _has_comment_at_end(block):
                continue
            joined = with_added(block, part.name, part.imported)
            if "\n" in joined.code.strip() or len(joined.code.strip()) <= LINE_LENGTH:
                self.editor.blocks[index] = joined
                return True
        return False

    def _insert(self, block: Block, first: Import) -> None:
        run, own = self.first_run(), self._section(first)
        sections = {index: self._section_at(index) for index in run}
        same = [index for index in sections if sections[index] == own]
        if same:
            self._insert_among(same, block, _order(first))
            return
        before = [index for index, section in sections.items() if section is not None and section <= own]
        index = before[-1] + 1 if before else run.start
        if own == _FUTURE:
            index = self._after_docstring()
        grouped = self._is_grouped(sections)
        self.editor.insert(index, block, gap=None if index == 0 else int(index <= run.start or grouped))
        if grouped or index == run.stop:
            self.editor.have_blank_line(index + 1)

    def _insert_among(self, same: list[int], block: Block, key: tuple[bool, str]) -> None:
        """Add to a group: in its order if it has one, or else at its end."""
        keys = [_order(imports_of(self.editor.blocks[index].trees[0])[0]) for index in same]
        following = next((index for index, other in zip(same, keys, strict=True) if other > key), None)
        if keys != sorted(keys) or following is None:
            self.editor.insert(same[-1] + 1, block, gap=0)
            return
        other = self.editor.blocks[following]
        gap = blank_lines(other.above) if following else 0
        self.editor.blocks[following] = other.with_above(other.above[gap:])
        self.editor.insert(following, block, gap=gap)

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
        return not borders or any(blank_lines(self.editor.blocks[index].above) for index in borders)


def _order(part: Import) -> tuple[bool, str]:
    """Plain imports come first, then by name without regard to upper case, as isort and ruff have it."""
    return part.name is not None, part.source.lower()


def _has_comment_at_end(block: Block) -> bool:
    (statement,) = ast.parse(block.text).body
    return "#" in block.text.rpartition(ast.get_source_segment(block.text, statement) or "")[2]
