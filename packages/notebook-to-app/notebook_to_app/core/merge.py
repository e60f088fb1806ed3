"""Bring the definitions of a cell into the text of a module."""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from notebook_to_app.core.blocks import DOCSTRING, Block, separate, split_blocks
from notebook_to_app.core.cells import Cell
from notebook_to_app.core.definitions import Definition, check_tryouts, definitions_of
from notebook_to_app.core.exports import ALL, add_exports
from notebook_to_app.core.import_merger import ImportMerger
from notebook_to_app.core.import_statements import imports_of, imports_within, one_by_one, only_imports
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.names import GIVEN
from notebook_to_app.core.notes import notes_on_replacing
from notebook_to_app.core.order import check_order, place_for
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.core.replace import replace_existing


class UndefinedNames(Refusal):
    """The cell uses names that neither it, nor the module, nor Python defines."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(f"{' and '.join(names)} would not be defined in the module: define or import it in this cell.")


@dataclass(frozen=True)
class Merged:
    """The new text of a module, and what came into it."""

    data: bytes
    # What the cell binds in the module, imports included.
    names: tuple[str, ...]
    # What the person should know besides.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What a module's text alone does not say."""

    # Whether a top-level module is one of the app's.
    is_own: Callable[[str], bool]
    # The names that `from MODULE import *` binds, or None if nobody knows.
    star_names: Callable[[str], AbstractSet[str] | None]
    # The files that use a name of the module.
    users: Callable[[str], list[str]] = lambda _: []


def merge(data: bytes, cell: Cell, surroundings: Surroundings) -> Merged:
    """The text of a module with a cell's definitions in it.

    Everything else in the text keeps its bytes. What the module has under the same name is replaced
    in place; what is new goes to the end, or above what needs it when the module is loaded.

    Raises:
        Refusal: this cannot be done safely.
    """
    editor = ModuleEditor(data)
    brought = [part for block in split_blocks(f"{cell.definitions}\n")[0] for part in separate(block)]
    if not brought:
        raise Refusal("There is no function, class, assignment or import in this cell: nothing to bring.")
    for block in brought:
        _check_outside_of_functions(block)
    before = _bound(editor)
    unchanged = {block.code for block in editor.blocks}
    names = [name for block in brought for name in sorted(_bound_for_use(block))]
    check_tryouts(cell.tryouts, frozenset(names), frozenset(before))

    importer = ImportMerger(editor, surroundings.is_own)
    imports = [block for block in brought if imports_of(block.trees[0])]
    for block in imports:
        for part in one_by_one(block):
            importer.add(part)
    definitions = definitions_of(block for block in brought if block not in imports)
    notes = notes_on_replacing(editor.blocks, definitions, surroundings.users)
    new = [definition for definition in definitions if not replace_existing(editor, definition, importer)]
    for definition in new:
        index = _place(editor, definition, importer)
        for number, block in enumerate(definition.blocks):
            editor.insert(index + number, block)
    added = [name for definition in new for name in sorted(definition.binds - before)]
    if ALL not in names and (left_out := add_exports(editor, added)):
        listed = ", ".join(left_out)
        notes.append(f"__all__ of the module is computed: add {listed} by hand if a star import shall see it.")

    _check_defined(editor, definitions, surroundings)
    check_order(editor.blocks, [block for block in brought if block.code not in unchanged])
    stars = [part.source for block in imports for part in imports_of(block.trees[0]) if part.name == "*"]
    names += [name for source in stars for name in sorted(surroundings.star_names(source) or ())]
    return Merged(_encoded(editor), tuple(dict.fromkeys(names)), tuple(notes))


def _check_outside_of_functions(block: Block) -> None:
    try:
        block.names  # noqa: B018 - which compiles it
    except SyntaxError as error:
        line = ast.unparse(block.trees[0]).partition("\n")[0]
        raise Refusal(
            f"`{line}` cannot stand in a module ({error.msg}): "
            "write it within a function, or try it in a cell of its own."
        ) from None


def _bound_for_use(block: Block) -> frozenset[str]:
    if any(part.source == "__future__" for part in imports_of(block.trees[0])):
        return frozenset()
    return block.binds - {DOCSTRING}


def _bound(editor: ModuleEditor) -> set[str]:
    return {name for block in editor.blocks for name in block.binds | block.names.sets}


def _place(editor: ModuleEditor, definition: Definition, importer: ImportMerger) -> int:
    if definition.blocks[0].is_docstring:
        return 0
    if all(only_imports(block) for block in definition.blocks):
        return importer.first_run().stop
    return min(place_for(editor.blocks, block, editor.index_of_end()) for block in definition.blocks)


def _check_defined(editor: ModuleEditor, definitions: list[Definition], surroundings: Surroundings) -> None:
    known = _bound(editor) | GIVEN
    needed = {name for definition in definitions for block in definition.blocks for name in block.names.needs} - known
    trees = [tree for block in editor.blocks for tree in block.trees if needed]
    for part in (part for tree in trees for part in imports_within(tree) if needed and part.name == "*"):
        offered = surroundings.star_names(part.source)
        needed = set() if offered is None else needed - offered
    if needed:
        raise UndefinedNames(sorted(needed))


def _encoded(editor: ModuleEditor) -> bytes:
    data = editor.encode()
    try:
        compile(data, "<module>", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise Refusal(f"The module would not compile any more ({error.msg}, line {error.lineno}).") from None
    return data
