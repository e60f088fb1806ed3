"""What follows ``%%bring`` in a cell: its two parts, of which the try-outs run as the cell's ordinary code."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from notebook_to_app.core.cells import Cell, assigned_objects, split
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.atomic_write import read
from notebook_to_app.files.target_module import TargetModule, is_path, target_module

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

# What may follow the module after %%bring.
CELL_OPTIONS = frozenset({"--all", "--test", "--whole"})
_HEAD = re.compile(r"%%bring(?![\w?])(.*)")


def run_tryouts_as_a_cell(shell: InteractiveShell) -> Callable[[list[str]], list[str]]:
    """Make an input transformer that has try-outs follow ``%%bring`` as a cell's ordinary code.

    So their last value is displayed, ``await`` works, and tracebacks show the lines as they are in the cell.
    """

    def transform(lines: list[str]) -> list[str]:
        head = _HEAD.match(lines[0]) if lines else None
        if not head:
            return lines
        arguments, body = head[1].strip(), "".join(lines[1:])
        words = words_of(arguments)
        names = [word for word in words if word not in CELL_OPTIONS]
        if len(names) != 1 or is_path(names[0]) or "--whole" in words:
            return lines
        try:
            parts = split_cell(shell, body, target_module(names[0]), everything="--all" in words)
        except (Refusal, SyntaxError):
            return lines  # the magic reports it
        if not parts.has_tryouts:
            return lines
        call = f"get_ipython().run_cell_magic('bring', {arguments!r}, {body!r})\n"
        return [call, *parts.tryouts.splitlines(keepends=True)]

    # Not to be applied to what is still being typed, in a terminal.
    transform.has_side_effects = True  # type: ignore[attr-defined]
    return transform


def split_cell(shell: InteractiveShell, body: str, target: TargetModule, *, everything: bool) -> Cell:
    """The parts of a cell, with magics in it as Python.

    Raises:
        Refusal: it does not parse.
    """
    if body.lstrip().startswith("%%"):
        raise Refusal(f"{body.split(maxsplit=1)[0]} cannot stand in a cell that is brought: write it above %%bring.")
    # Which takes blank lines at the beginning away.
    blank = len(body) - len(body.lstrip("\n"))
    code = "\n" * blank + shell.input_transformer_manager.transform_cell(body)
    try:
        objects = assigned_objects(read(target.path) or b"")
        return split(code, target.name, objects, everything=everything)
    except SyntaxError as error:
        line = (error.lineno or 0) + 1
        raise Refusal(f"Line {line} of the cell does not parse ({error.msg}).") from None


def words_of(line: str) -> list[str]:
    """The words of a line without its comment."""
    return line.split("#", maxsplit=1)[0].split()
