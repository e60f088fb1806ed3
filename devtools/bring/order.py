"""The order that Python needs: what a statement needs when the module is loaded must stand above it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bring.refusal import Refusal
from bring.statements import Statement


def place_for(statements: Sequence[Statement], new: Statement, end: int) -> int:
    """The index for a new statement: the end, or above the first one that needs it.

    Raises:
        Refusal: it would have to stand above that, and below something that it needs itself.
    """
    lowest = max((index + 1 for index, other in enumerate(statements) if other.binds & new.names.needs_now), default=0)
    for names in (_leading_to(statements, new.binds), new.binds):
        needing = [index for index, other in enumerate(statements[:end]) if _mentions(other, names, now=True)]
        if not needing:
            return end
        if lowest <= needing[0]:
            return needing[0]
    needy = statements[needing[0]]
    raise Refusal(
        f"{_in_words(needy)} needs {_in_words(new)} when the module is loaded, and that needs what is defined further "
        "down: change the order by hand first."
    )


def check_order(statements: Sequence[Statement], brought: Sequence[Statement]) -> None:
    """Check that what was brought finds what it needs when the module is loaded.

    Raises:
        Refusal: something is defined only further down.
    """
    codes = {statement.code for statement in brought}
    first: dict[str, int] = {}
    for index, statement in enumerate(statements):
        for name in statement.binds:
            first.setdefault(name, index)
    for index, statement in enumerate(statements):
        if statement.code not in codes:
            continue
        for name in sorted(statement.names.needs_now):
            if first.get(name, -1) > index:
                raise Refusal(
                    f"{_in_words(statement)} needs {name} when the module is loaded, and {name} is defined below it, "
                    f"in line {statements[first[name]].line}: move that up first."
                )


def _leading_to(statements: Sequence[Statement], names: frozenset[str]) -> frozenset[str]:
    """These names, and all whose functions need them when they are called."""
    found = names
    while True:
        more = frozenset(
            name
            for statement in statements
            if not statement.binds <= found and _mentions(statement, found, now=False)
            for name in statement.binds
        )
        if more <= found:
            return found
        found |= more


def _mentions(statement: Statement, names: frozenset[str], *, now: bool) -> bool:
    if not any(re.search(rf"\b{re.escape(name)}\b", statement.code) for name in names):
        return False
    needed = statement.names.needs_now if now else statement.names.needs
    return bool(needed & names)


def _in_words(statement: Statement) -> str:
    names = " and ".join(sorted(statement.binds)) or "a statement"
    return f"{names} (line {statement.line})" if statement.line else names
