"""Check what goes into a template, before it is written."""

from __future__ import annotations

from typing import Any

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.target_module import TargetFile


def check_template(target: TargetFile, text: str) -> None:
    """Have Jinja parse a template, with the extensions that the app has.

    Raises:
        Refusal: it does not parse.
    """
    if "templates" not in target.path.parts:
        return
    from flask import current_app
    from jinja2 import Environment, TemplateSyntaxError

    environment: Any = current_app.jinja_env if current_app else Environment(autoescape=True)
    try:
        environment.parse(text)
    except TemplateSyntaxError as error:
        raise Refusal(f"Line {error.lineno + 1} of the cell: {error.message}.") from None
