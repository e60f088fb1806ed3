"""Save notebooks without what their cells show, so that Git sees changes of the code alone."""

import sys
from typing import Any

import nbformat
from nbstripout import strip_output  # type: ignore[import-untyped]


def pre_save_hook(mode: str) -> Any:  # noqa: ANN401 - what Jupyter calls with a model
    """What Jupyter is to do before it saves a file, for a value of ``NOTEBOOK_OUTPUTS``.

    Raises:
        SystemExit: it is none of the known ones.
    """
    hooks = {"keep": None, "strip": without_outputs}
    if mode not in hooks:
        sys.exit(f"NOTEBOOK_OUTPUTS is {mode!r}, which is not known: set it to {' or '.join(hooks)}.")
    return hooks[mode]


def without_outputs(model: dict[str, Any], **_: object) -> None:
    """Take outputs and execution counts out of a notebook that is about to be saved; the browser keeps showing them."""
    if model["type"] == "notebook":
        notebook = nbformat.from_dict(model["content"])
        model["content"] = strip_output(notebook, keep_output=False, keep_count=False, keep_id=True)
