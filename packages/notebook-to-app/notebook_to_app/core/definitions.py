"""What a cell defines, name by name: a definition is one block, or several that make one thing together."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.cells import bound_by_target
from notebook_to_app.core.names import last_name
from notebook_to_app.core.refusal import Refusal


@dataclass(frozen=True)
class Definition:
    """Blocks that belong together, such as the overloads of a function."""

    blocks: tuple[Block, ...]

    @cached_property
    def binds(self) -> frozenset[str]:
        return frozenset().union(*(block.binds for block in self.blocks))

    @property
    def in_words(self) -> str:
        return " and ".join(sorted(self.binds))


def definitions_of(blocks: Iterable[Block]) -> list[Definition]:
    """What a cell defines, in its order.

    Raises:
        Refusal: a name is defined twice, where one of both would be lost.
    """
    definitions: list[Definition] = []
    for block in blocks:
        same = next((number for number, unit in enumerate(definitions) if unit.binds & block.binds), None)
        if same is None:
            definitions.append(Definition((block,)))
        elif _continues(definitions[same].blocks[-1], block):
            definitions[same] = Definition((*definitions[same].blocks, block))
        else:
            names = " and ".join(sorted(definitions[same].binds & block.binds))
            raise Refusal(f"{names} is defined twice in this cell: keep one of both.")
    return definitions


def _continues(before: Block, block: Block) -> bool:
    """Whether a block adds to what the one before has defined, instead of replacing it."""
    tree = before.trees[0]
    is_declared = isinstance(tree, ast.AnnAssign) and tree.value is None
    is_overload = any(last_name(node) == "overload" for node in getattr(tree, "decorator_list", []))
    is_used = bool(block.names.needs_now & block.binds & before.binds)
    return is_declared or is_overload or is_used or isinstance(block.trees[0], ast.AugAssign)


def check_tryouts(tryouts: str, brought: frozenset[str], in_module: frozenset[str]) -> None:
    """Refuse statements that would change in the notebook alone what the cell brings, or the module has.

    Raises:
        Refusal: there is one.
    """
    for node in ast.parse(tryouts).body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.AugAssign):
            targets = [node.target]
        elif isinstance(node, ast.Delete):
            targets = node.targets
        elif isinstance(node, ast.Assign):
            targets = [target for target in node.targets if bound_by_target(target) is None]
        kept = brought | in_module if isinstance(node, ast.AugAssign) else brought
        for name in sorted(root for target in targets for root in _roots(target) if root in kept):
            raise Refusal(
                f"`{ast.unparse(node)}` would change {name} in the notebook alone: "
                f"write it into the definition of {name}, or try it in a cell of its own."
            )


def _roots(target: ast.expr) -> list[str]:
    """The names at the beginning of a target such as ``name.attribute[0]``, or of several."""
    if isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        return _roots(target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        return [root for element in target.elts for root in _roots(element)]
    return [target.id] if isinstance(target, ast.Name) else []
