"""Import statements, name by name."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import libcst

from notebook_to_app.core.blocks import IMPORTS, Block


@dataclass(frozen=True)
class Import:
    """``from SOURCE import NAME as ALIAS``, or if there is no NAME, ``import SOURCE as ALIAS``."""

    source: str
    name: str | None
    alias: str | None

    @property
    def binds(self) -> str:
        return self.alias or self.name or self.source.partition(".")[0]

    @property
    def is_submodule(self) -> bool:
        """Whether this is ``import package.module``: others may bind the name of the package as well."""
        return not (self.name or self.alias)

    def __str__(self) -> str:
        alias = f" as {self.alias}" if self.alias else ""
        return f"from {self.source} import {self.name}{alias}" if self.name else f"import {self.source}{alias}"


def imports_of(tree: ast.AST) -> list[Import]:
    """What an import statement imports; nothing for any other statement."""
    if isinstance(tree, ast.Import):
        return [Import(alias.name, None, alias.asname) for alias in tree.names]
    if isinstance(tree, ast.ImportFrom):
        source = "." * tree.level + (tree.module or "")
        return [Import(source, alias.name, alias.asname) for alias in tree.names]
    return []


def one_by_one(block: Block) -> list[Block]:
    """``import a, b`` as two statements, since each has its own place."""
    parts = imports_of(block.trees[0])
    if len(parts) == 1 or parts[0].name:
        return [block]
    return [import_block([part]) for part in parts]


def is_for_type_checking(tree: ast.AST) -> bool:
    """Whether this is ``if TYPE_CHECKING:`` without an ``else``."""
    if not isinstance(tree, ast.If) or tree.orelse:
        return False
    return getattr(tree.test, "id", getattr(tree.test, "attr", "")) == "TYPE_CHECKING"


def only_imports(block: Block) -> bool:
    """Whether this is a block that imports, for type checking or as far as it can."""
    tree = block.trees[0]
    if is_for_type_checking(tree):
        return True
    if not isinstance(tree, ast.Try):
        return False
    parts = [*tree.body, *(part for handler in tree.handlers for part in handler.body), *tree.orelse, *tree.finalbody]
    imports = [part for part in parts if isinstance(part, IMPORTS)]
    return bool(imports) and all(part in imports or isinstance(part, (ast.Pass, ast.Assign)) for part in parts)


def import_block(parts: list[Import]) -> Block:
    """``from a import b, c`` of its own."""
    names = ", ".join(f"{part.name or part.source}{f' as {part.alias}' if part.alias else ''}" for part in parts)
    code = f"from {parts[0].source} import {names}\n" if parts[0].name else f"import {names}\n"
    return Block((), code, tuple(ast.parse(code).body))


def edited(block: Block, edit: Callable[[Any], Any]) -> Block:
    """A block whose one statement, as LibCST has it, was changed within its line."""
    module = libcst.parse_module(block.text)
    line = libcst.ensure_type(module.body[0], libcst.SimpleStatementLine)
    return block.with_text(module.with_changes(body=[line.with_changes(body=[edit(line.body[0])])]).code)


def alias_of(part: Import) -> libcst.ImportAlias:
    code = f"{part.name or part.source} as {part.alias}" if part.alias else f"{part.name or part.source}"
    line = libcst.ensure_type(libcst.parse_statement(f"import {code}"), libcst.SimpleStatementLine)
    return libcst.ensure_type(line.body[0], libcst.Import).names[0]


def bound_by(alias: libcst.ImportAlias) -> str:
    if alias.asname:
        return libcst.ensure_type(alias.asname.name, libcst.Name).value
    return libcst.Module([]).code_for_node(alias.name).partition(".")[0]
