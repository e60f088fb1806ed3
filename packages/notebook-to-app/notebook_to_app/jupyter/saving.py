"""Save notebooks without what their cells show, so that Git sees changes of the code alone."""

from typing import Any

import nbformat
from nbstripout import strip_output  # type: ignore[import-untyped]

WITH_OUTPUTS, WITHOUT_OUTPUTS = "keep", "strip"


class UnknownModeError(Exception):
    """``NOTEBOOK_OUTPUTS`` has an unknown value."""


def pre_save_hook(mode: str) -> Any:  # noqa: ANN401 - what Jupyter calls with a model
    """What Jupyter is to do before it saves a file, for a value of ``NOTEBOOK_OUTPUTS``.

    Raises:
        UnknownModeError: it is none of the known ones.
    """
    if mode not in (WITH_OUTPUTS, WITHOUT_OUTPUTS):
        raise UnknownModeError(
            f"NOTEBOOK_OUTPUTS is {mode!r}, which is not known: set it to {WITH_OUTPUTS} or {WITHOUT_OUTPUTS}."
        )
    return without_outputs if mode == WITHOUT_OUTPUTS else None


def without_outputs(model: dict[str, Any], **_: object) -> None:
    """Take outputs and execution counts out of a notebook that is about to be saved; the browser keeps showing them."""
    if model["type"] == "notebook":
        notebook = nbformat.from_dict(model["content"])
        model["content"] = strip_output(notebook, keep_output=False, keep_count=False, keep_id=True)
