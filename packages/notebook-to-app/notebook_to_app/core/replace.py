"""Put what a cell defines into the place of what the module has under the same name."""

from __future__ import annotations

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.definitions import Definition
from notebook_to_app.core.import_merger import ImportMerger, has_imports
from notebook_to_app.core.import_statements import Import, imports_of, imports_within, is_for_type_checking
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal


def replace_existing(editor: ModuleEditor, definition: Definition, importer: ImportMerger) -> bool:
    """Replace what the module has under the names of a definition; whether it has anything.

    Raises:
        Refusal: it is not clear what to replace, or something else would be lost.
    """
    tree = definition.blocks[0].trees[0]
    if is_for_type_checking(tree) and all(map(imports_of, tree.body)):
        return _join_type_checking(editor, imports_within(tree), importer)
    if not definition.binds:  # a block of star imports, or a call
        return any(block.code == definition.blocks[0].code for block in editor.blocks)
    for name in sorted(definition.binds):
        there = editor.binding(name)
        # What is imported before the module's own definition is what that is made of: by a decorator, for example.
        if there and has_imports(editor.blocks[there[-1]]):
            importer.take_out(name)
    indexes = [i for i, block in enumerate(editor.blocks) if block.binds & definition.binds and not has_imports(block)]
    if indexes:
        _check_replaceable(definition, [editor.blocks[index] for index in indexes])
        _exchange(editor, definition, indexes)
    return bool(indexes)


def _exchange(editor: ModuleEditor, definition: Definition, indexes: list[int]) -> None:
    there = [editor.blocks[index] for index in indexes]
    if len(there) == len(definition.blocks):
        for index, block in zip(indexes, definition.blocks, strict=True):
            editor.replace(index, block)
        return
    if len(there) > len(definition.blocks) or indexes != list(range(indexes[0], indexes[-1] + 1)):
        lines = ", ".join(str(block.line) for block in there)
        raise Refusal(
            f"{definition.in_words} has {len(there)} definitions in the module (lines {lines}), and another number in "
            "this cell: bring all of them, or make the change by hand."
        )
    for index in reversed(indexes[1:]):
        editor.remove(index)
    editor.replace(indexes[0], definition.blocks[0])
    for number, block in enumerate(definition.blocks[1:], start=1):
        editor.insert(indexes[0] + number, block)


def _check_replaceable(definition: Definition, there: list[Block]) -> None:
    for block in there:
        others = block.binds - definition.binds
        if others:
            raise Refusal(
                f"Line {block.line} of the module defines {definition.in_words} together with "
                f"{' and '.join(sorted(others))}: make the change by hand."
            )
        if block.only is None:
            raise Refusal(f"Line {block.line} of the module has semicolons: put each statement on its own line.")
        if _is_control_flow(block) and not any(_is_control_flow(part) for part in definition.blocks):
            raise Refusal(
                f"{definition.in_words} is defined within a block in the module (line {block.line}), "
                "and which part of it is meant is unclear: make the change by hand."
            )
    functions = [part for part in definition.blocks if "_" in part.binds and hasattr(part.trees[0], "args")]
    if functions and [part.code for part in functions] != [part.code for part in there]:
        raise Refusal("Functions that are all named _ cannot be told apart: give each a name of its own.")


def _is_control_flow(block: Block) -> bool:
    return block.is_compound and not block.is_function_or_class


def _can_be_joined(block: Block) -> bool:
    tree = block.trees[0]
    return is_for_type_checking(tree) and tree.body[0].lineno > tree.lineno


def _join_type_checking(editor: ModuleEditor, wanted: list[Import], importer: ImportMerger) -> bool:
    """Have ``if TYPE_CHECKING:`` import in the module what it imports in the cell; whether this is done."""
    blocks = [index for index, block in enumerate(editor.blocks) if _can_be_joined(block)]
    there = [part for block in editor.blocks for part in imports_of(block.trees[0])]
    there += [part for index in blocks for part in imports_within(editor.blocks[index].trees[0])]
    missing = [part for part in wanted if part not in there]
    if missing and blocks:
        importer.add_to_block(blocks[0], missing)
    return bool(blocks) or not missing
