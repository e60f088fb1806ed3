"""Bring a cell into the text of a module, without a notebook."""

from __future__ import annotations

import textwrap

import pytest

from notebook_to_app.core.cells import assigned_objects, split
from notebook_to_app.core.merge import Merged, Surroundings, merge
from notebook_to_app.core.refusal import Refusal

APPS_OWN = frozenset({"app", "config", "functions", "routes"})
STAR_NAMES = {"functions.many": frozenset({"one", "two"})}
MODULE = "functions.text"


def merged(module: bytes, cell: str) -> Merged:
    return merge(
        module, split(cell, MODULE, assigned_objects(module)), Surroundings(APPS_OWN.__contains__, STAR_NAMES.get)
    )


def bring(module: str, cell: str) -> str:
    """The text of a module with a cell brought into it; bringing the cell again must change nothing."""
    text, cell = textwrap.dedent(module).lstrip("\n"), textwrap.dedent(cell).lstrip("\n")
    result = merged(text.encode(), cell).data
    assert merged(result, cell).data == result
    return result.decode()


def refusal(module: str, cell: str) -> str:
    """The sentence that says why a cell cannot be brought."""
    with pytest.raises(Refusal) as refused:
        bring(module, cell)
    return str(refused.value)


def text(code: str) -> str:
    """A module written with indentation in a test."""
    return textwrap.dedent(code).lstrip("\n")
