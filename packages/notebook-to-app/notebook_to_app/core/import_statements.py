"""Import statements, name by name."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeGuard

from notebook_to_app.core.blocks import IMPORTS, Block, branches_of
from notebook_to_app.core.names import last_name


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

    @property
    def imported(self) -> str:
        """What stands after ``import``."""
        return f"{self.name or self.source} as {self.alias}" if self.alias else self.name or self.source

    def __str__(self) -> str:
        return f"from {self.source} import {self.imported}" if self.name else f"import {self.imported}"


def imports_of(tree: ast.AST) -> list[Import]:
    """What an import statement imports; nothing for any other statement."""
    if isinstance(tree, ast.Import):
        return [Import(alias.name, None, alias.asname) for alias in tree.names]
    if isinstance(tree, ast.ImportFrom):
        source = "." * tree.level + (tree.module or "")
        return [Import(source, alias.name, alias.asname) for alias in tree.names]
    return []


def imports_within(tree: ast.AST) -> list[Import]:
    """What all import statements in it import."""
    return [part for node in ast.walk(tree) for part in imports_of(node)]


def one_by_one(block: Block) -> list[Block]:
    """``import a, b`` as two statements, since each has its own place."""
    parts = imports_of(block.trees[0])
    return [block] if len(parts) == 1 or parts[0].name else [import_block([part]) for part in parts]


def is_for_type_checking(tree: ast.AST) -> TypeGuard[ast.If]:
    """Whether this is ``if TYPE_CHECKING:`` without an ``else``."""
    return isinstance(tree, ast.If) and not tree.orelse and last_name(tree.test) == "TYPE_CHECKING"


def only_imports(block: Block) -> bool:
    """Whether this is a block that imports, for type checking or as far as it can."""
    tree = block.trees[0]
    if not isinstance(tree, ast.Try):
        return is_for_type_checking(tree)
    parts = branches_of(tree)
    return any(map(imports_of, parts)) and all(isinstance(part, (*IMPORTS, ast.Pass, ast.Assign)) for part in parts)


def import_block(parts: list[Import]) -> Block:
    """``from a import b, c`` of its own."""
    code = ", ".join([str(parts[0]), *(part.imported for part in parts[1:])]) + "\n"
    return Block((), code, tuple(ast.parse(code).body))
