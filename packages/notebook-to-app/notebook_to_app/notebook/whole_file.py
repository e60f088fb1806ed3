"""Bring a cell that is a whole file: a module, a template, a stylesheet."""

from __future__ import annotations

import re
from typing import Any

from notebook_to_app.core.encodings import encoded, encoding_of
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.core.three_way import merge_three
from notebook_to_app.files.atomic_write import read
from notebook_to_app.files.changes import Change
from notebook_to_app.files.target_module import TargetFile, TargetModule
from notebook_to_app.notebook.bringer import Bringer


def bring_whole_module(target: TargetModule, cell: str, bringer: Bringer) -> None:
    """Make the cell the text of a module; what was changed in the file since it was taken stays.

    Raises:
        Refusal: nothing was written.
        Broken: it was written, but the module or the app does not load.
    """
    text = cell.lstrip("\n")
    now = read(target.path)
    # What is taken from a file with a byte order mark begins without it.
    declared = encoding_of(text.encode())
    is_marked = declared == "utf-8" and now is not None and encoding_of(now) == "utf-8-sig"
    data = encoded(text, "utf-8-sig" if is_marked else declared.removesuffix("-sig"))
    ModuleEditor(data)  # refuses what does not compile
    _bring(target, data, bringer)


def bring_template(target: TargetFile, cell: str, bringer: Bringer) -> None:
    """Make the cell the text of a template, which Jinja must be able to parse, or of another file.

    Raises:
        Refusal: nothing was written.
    """
    if "templates" in target.path.parts:
        from flask import current_app
        from jinja2 import Environment, TemplateSyntaxError

        environment: Any = current_app.jinja_env if current_app else Environment(autoescape=True)
        try:
            environment.parse(cell)
        except TemplateSyntaxError as error:
            raise Refusal(f"Line {error.lineno + 1} of the cell: {error.message}.") from None
    _bring(target, cell.encode(), bringer)


def _bring(target: TargetFile, text: bytes, bringer: Bringer) -> None:
    now = read(target.path)
    base = bringer.known(target.title)
    if now is not None and b"\r\n" in now:
        text = re.sub(rb"\r\n|\r|\n", b"\r\n", text)
    merged: bytes | None = text
    if now is not None and now != base:
        merged = merge_three(base, text, now) if base is not None else None
    if merged is None:
        why = "was changed by somebody else in the same place" if base is not None else "exists already"
        name = target.name if isinstance(target, TargetModule) else target.title
        raise Refusal(f"{target.title} {why}: `%take {name}` shows what it has now, to be edited.")
    bringer.change([Change(target.title, now, merged)])
    bringer.remember(target.title, merged)
