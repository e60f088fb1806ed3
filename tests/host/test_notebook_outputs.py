"""Notebooks are saved with what their cells show, or without, as it is chosen."""

import json

import pytest

from host.conftest import Stack, save_notebook

CELL = {
    "cell_type": "code",
    "execution_count": 3,
    "id": "a-cell",
    "metadata": {},
    "outputs": [{"name": "stdout", "output_type": "stream", "text": ["shown\n"]}],
    "source": ["print('shown')"],
}


@pytest.mark.parametrize(("way", "saved"), [("keep", (3, CELL["outputs"])), ("strip", (None, []))])
def test_outputs_are_saved_or_not(stack: Stack, way: str, saved: tuple[object, object]) -> None:
    stack.environment["NOTEBOOK_OUTPUTS"] = way
    stack.compose("up", "--detach", "--wait", "notebooks")

    save_notebook(stack.notebooks_port, stack.token, "notebooks/saved.ipynb", cells=[CELL])

    (cell,) = json.loads((stack.folder / "notebooks/saved.ipynb").read_text())["cells"]
    assert (cell["execution_count"], cell["outputs"]) == saved
    assert (cell["id"], cell["source"]) == (CELL["id"], CELL["source"])
