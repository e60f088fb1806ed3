"""The order that Python needs: what a statement needs when the module is loaded must stand above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from notebook_to_app.bring.names import Names
from notebook_to_app.bring.refusal import Refusal
from notebook_to_app.bring.statements import Statement


def place_for(statements: Sequence[Statement], new: Statement, end: int) -> int:
    """The index for a new statement: the end, or above the first one that needs it.

    As far as it goes, that is also above functions that are called there and need it, and above annotations.

    Raises:
        Refusal: it would have to stand above that, and below something that it needs itself.
    """
    lowest = max((index + 1 for index, other in enumerate(statements) if other.binds & new.names.needs_now), default=0)
    leading = _leading_to(statements, new.binds)
    for names, what in ((leading, _at_definition), (new.binds, _at_definition), (new.binds, _now)):
        first = next((index for index, other in enumerate(statements[:end]) if _mentions(other, names, what)), end)
        if lowest <= first:
            return first
    raise Refusal(
        f"{_in_words(statements[first])} needs {_in_words(new)} when the module is loaded, "
        "and that needs what is defined further down: change the order by hand first."
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
            if not statement.binds <= found and _mentions(statement, found, _ever)
            for name in statement.binds
        )
        if more <= found:
            return found
        found |= more


def _mentions(statement: Statement, names: frozenset[str], needed: Callable[[Names], frozenset[str]]) -> bool:
    # Most statements do not have the word at all, and the names of a statement cost much more.
    if not any(re.search(rf"\b{re.escape(name)}\b", statement.code) for name in names):
        return False
    return bool(needed(statement.names) & names)


def _now(names: Names) -> frozenset[str]:
    return names.needs_now


def _at_definition(names: Names) -> frozenset[str]:
    return names.needs_now | names.in_annotations


def _ever(names: Names) -> frozenset[str]:
    return names.needs


def _in_words(statement: Statement) -> str:
    names = " and ".join(sorted(statement.binds)) or "a statement"
    return f"{names} (line {statement.line})" if statement.line else names
