"""Register a blueprint in the application factory, where the others are."""

from __future__ import annotations

import ast
from collections.abc import Callable

from notebook_to_app.core.blocks import Block, split_blocks
from notebook_to_app.core.import_merger import ImportMerger
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal


def register_blueprint(data: bytes, module: str, variable: str, is_own: Callable[[str], bool]) -> bytes:
    """The text of a factory that registers the blueprint ``variable`` of ``module`` after those that it has.

    Raises:
        Refusal: it registers none yet, or the name is taken.
    """
    editor = ModuleEditor(data)
    index, block, call = _last_registration(editor)
    nodes = list(ast.walk(ast.parse(block.code)))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}
    if variable in imported | {node.id for node in nodes if isinstance(node, ast.Name)}:
        raise Refusal(f"The factory has another {variable} already: rename the blueprint's variable in {module}.")
    lines = block.code.splitlines(keepends=True)
    _insert_after(lines, call, f"{ast.unparse(call.value.func.value)}.register_blueprint({variable})\n")  # type: ignore[attr-defined]
    statement = f"from {module} import {variable}\n"
    if above := [node for node in imports if node.lineno < call.lineno]:
        _insert_after(lines, max(above, key=lambda node: node.lineno), statement)
    editor.replace(index, block.with_text("".join(lines)))
    if not above:
        ImportMerger(editor, is_own).add(split_blocks(statement)[0][0])
    return editor.encode()


def _last_registration(editor: ModuleEditor) -> tuple[int, Block, ast.Expr]:
    for index, block in reversed(list(enumerate(editor.blocks))):
        calls = [node for node in ast.walk(ast.parse(block.code)) if isinstance(node, ast.Expr) and _registers(node)]
        if calls:
            return index, block, max(calls, key=lambda node: node.lineno)
    raise Refusal("The factory registers no blueprint yet: add `app.register_blueprint(…)` to it by hand.")


def _registers(node: ast.Expr) -> bool:
    return isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") == "register_blueprint"


def _insert_after(lines: list[str], node: ast.stmt, line: str) -> None:
    lines.insert(node.end_lineno or node.lineno, " " * node.col_offset + line)
