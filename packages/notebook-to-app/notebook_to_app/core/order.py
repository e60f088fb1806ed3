"""The order that Python needs: what a statement needs when the module is loaded must stand above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.names import Names
from notebook_to_app.core.refusal import Refusal


def place_for(blocks: Sequence[Block], new: Block, end: int) -> int:
    """The index for a new block: the end, or above the first one that needs it.

    As far as it goes, that is also above functions that are called there and need it, and above annotations.

    Raises:
        Refusal: it would have to stand above that, and below something that it needs itself.
    """
    lowest = max((index + 1 for index, other in enumerate(blocks) if other.binds & new.names.needs_now), default=0)
    leading = _leading_to(blocks, new.binds)
    for names, what in ((leading, _at_definition), (new.binds, _at_definition), (new.binds, _now)):
        first = next((index for index, other in enumerate(blocks[:end]) if _mentions(other, names, what)), end)
        if lowest <= first:
            return first
    raise Refusal(
        f"{_in_words(blocks[first])} needs {_in_words(new)} when the module is loaded, "
        "and that needs what is defined further down: change the order by hand first."
    )


def check_order(blocks: Sequence[Block], brought: Sequence[Block]) -> None:
    """Check that what was brought finds what it needs when the module is loaded.

    Raises:
        Refusal: something is defined only further down.
    """
    codes = {block.code for block in brought}
    first = {name: index for index, block in reversed(list(enumerate(blocks))) for name in block.binds}
    for index, block in enumerate(blocks):
        if block.code not in codes:
            continue
        for name in sorted(block.names.needs_now):
            if first.get(name, -1) > index:
                raise Refusal(
                    f"{_in_words(block)} needs {name} when the module is loaded, and {name} is defined below it, "
                    f"in line {blocks[first[name]].line}: move that up first."
                )


def _leading_to(blocks: Sequence[Block], names: frozenset[str]) -> frozenset[str]:
    """These names, and all whose functions need them when they are called."""
    found = names
    while users := [block for block in blocks if not block.binds <= found and _mentions(block, found, _ever)]:
        found = found.union(*(block.binds for block in users))
    return found


def _mentions(block: Block, names: frozenset[str], needed: Callable[[Names], frozenset[str]]) -> bool:
    # Most blocks do not have the word at all, and the names of a block cost much more.
    if not any(re.search(rf"\b{re.escape(name)}\b", block.code) for name in names):
        return False
    return bool(needed(block.names) & names)


def _now(names: Names) -> frozenset[str]:
    return names.needs_now


def _at_definition(names: Names) -> frozenset[str]:
    return names.needs_now | names.in_annotations


def _ever(names: Names) -> frozenset[str]:
    return names.needs


def _in_words(block: Block) -> str:
    names = " and ".join(sorted(block.binds)) or "a statement"
    return f"{names} (line {block.line})" if block.line else names
