"""What a cell defines, name by name: a definition is one block, or several that make one thing together."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.cells import bound_by_target
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
    tree = block.trees[0]
    if isinstance(tree, ast.AugAssign):
        return True
    if isinstance(before.trees[0], ast.AnnAssign) and before.trees[0].value is None:
        return True
    return is_overload(before) or bool(block.names.needs_now & block.binds & before.binds)


def is_overload(block: Block) -> bool:
    decorators = getattr(block.trees[0], "decorator_list", [])
    return any(getattr(node, "attr", getattr(node, "id", "")) == "overload" for node in decorators)


def check_tryouts(tryouts: str, brought: frozenset[str], in_module: frozenset[str]) -> None:
    """Refuse statements that would change in the notebook alone what the cell brings, or the module has.

    Raises:
        Refusal: there is one.
    """
    for node in ast.parse(tryouts).body:
        if isinstance(node, ast.AugAssign):
            changed = _roots([node.target]) & (brought | in_module)
        elif isinstance(node, ast.Delete):
            changed = _roots(node.targets) & brought
        elif isinstance(node, ast.Assign):
            changed = _roots(target for target in node.targets if bound_by_target(target) is None) & brought
        else:
            continue
        for name in sorted(changed):
            raise Refusal(
                f"`{ast.unparse(node)}` would change {name} in the notebook alone: "
                f"write it into the definition of {name}, or try it in a cell of its own."
            )


def _roots(targets: Iterable[ast.expr]) -> set[str]:
    """The names at the beginning of targets such as ``name.attribute[0]``."""
    roots = set()
    for target in targets:
        if isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
            roots |= _roots([target.value])
        elif isinstance(target, (ast.Tuple, ast.List)):
            roots |= _roots(target.elts)
        elif isinstance(target, ast.Name):
            roots.add(target.id)
    return roots
