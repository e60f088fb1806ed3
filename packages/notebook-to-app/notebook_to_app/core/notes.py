"""What a person should know of what a cell replaces, or be kept from."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.definitions import Definition
from notebook_to_app.core.import_statements import imports_of
from notebook_to_app.core.names import last_name
from notebook_to_app.core.refusal import Refusal

_ROUTE_DECORATORS = frozenset({"delete", "get", "patch", "post", "put", "route"})
# A function of so many lines that loses so much of them was hardly meant to.
LONG_FUNCTION, SHARE_KEPT = 10, 1 / 3


def notes_on_replacing(
    blocks: Sequence[Block], definitions: Sequence[Definition], users_elsewhere: Callable[[str], list[str]]
) -> list[str]:
    """Sentences about what else in the module, and in the app, is concerned.

    Raises:
        Refusal: a view would take a name that other functions use for something else.
    """
    brought = frozenset[str]().union(*(definition.binds for definition in definitions))
    notes = []
    for definition in definitions:
        there = [block for block in blocks if block.binds & definition.binds]
        if not there or [block.code for block in there] == [block.code for block in definition.blocks]:
            continue
        others = [block for block in blocks if not block.binds & brought]
        users = {name for block in others if block.names.needs & definition.binds for name in block.binds}
        names = definition.in_words
        if users and is_view(definition.blocks) and not is_view(there):
            raise Refusal(
                f"The view {names} would take the place of `{_first_line(there[0])}`, which {_listed(users)} "
                f"use{'s' * (len(users) == 1)}: give the view another name."
            )
        if users and imports_of(there[0].trees[0]):
            notes.append(f"{names} was imported so far, and is used by {_listed(users)}: that is what is brought now.")
        elif _is_assignment(there) and _is_assignment(definition.blocks):
            users |= {user for name in definition.binds for user in users_elsewhere(name)}
            sentence = f"{names}, used by {_listed(users)}, was changed too: `{_first_line(there[0])}` before."
            notes += [sentence] if users else []
        notes += _lost_lines(names, there, definition.blocks)
    return notes


def is_view(blocks: Iterable[Block]) -> bool:
    """Whether a decorator makes this the function of a route."""
    decorators = [node for block in blocks for node in getattr(block.trees[0], "decorator_list", [])]
    calls = (node.func for node in decorators if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Attribute) and last_name(called) in _ROUTE_DECORATORS for called in calls)


def _is_assignment(blocks: Sequence[Block]) -> bool:
    return all(isinstance(block.only, (ast.Assign, ast.AnnAssign)) for block in blocks)


def _lost_lines(name: str, there: Sequence[Block], new: Sequence[Block]) -> list[str]:
    before = [line.strip() for block in there for line in block.code.splitlines() if line.strip()]
    after = [line.strip() for block in new for line in block.code.splitlines() if line.strip()]
    kept = len(set(before) & set(after)) / len(set(before))
    if len(before) < LONG_FUNCTION or len(after) > len(before) / 2 or kept > SHARE_KEPT:
        return []
    return [f"{name} had {len(before)} lines and has {len(after)} now: `%bring --undo` takes that back."]


def _first_line(block: Block) -> str:
    return block.code.partition("\n")[0]


def _listed(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))
