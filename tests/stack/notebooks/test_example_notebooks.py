"""The example notebooks, run on a real kernel against the live app."""

import re
from pathlib import Path

import nbformat
import pytest
import requests
from nbclient import NotebookClient

from support.editing import Checkout
from support.waiting import wait_for

NOTEBOOKS = Path("/workspace/notebooks")
FIRST_FUNCTION = NOTEBOOKS / "testing/first_function.ipynb"
MADE_BY_IT = "functions/first_function.py"


def run(path: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a run of all its cells; a cell that raises fails the test."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path.parent}}).execute()
    return notebook


def outputs(notebook: nbformat.NotebookNode) -> list[str]:
    """What each code cell shows: its printed text, or else the value of its last line."""
    return [
        "".join(
            output.text if output.output_type == "stream" and output.name == "stdout" else output.data["text/plain"]
            for output in cell.outputs
            if output.output_type == "execute_result" or output.get("name") == "stdout"
        ).strip()
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.rglob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_runs_from_its_first_cell_to_its_last(source: Checkout, path: Path) -> None:
    source.path(MADE_BY_IT)

    run(path)


def test_a_function_can_be_tried_imported_and_edited(source: Checkout) -> None:
    source.path(MADE_BY_IT)

    shown = outputs(run(FIRST_FUNCTION))

    assert shown[:3] == ["'Ok'", "Debug mode: True", "4"]
    assert shown[4] == "5"
    assert shown[6] == "4", "the edited function, without a new import"


def test_the_route_that_the_notebook_tells_to_add_is_served(worker_node: str, source: Checkout) -> None:
    source.path(MADE_BY_IT)
    notebook = nbformat.read(FIRST_FUNCTION, as_version=4)
    (route,) = re.findall(r"```python\n(.*?)```", "\n".join(cell.source for cell in notebook.cells), re.DOTALL)
    assert outputs(run(FIRST_FUNCTION))[-1].startswith("404")

    source.append("routes/general_routes.py", route)
    wait_for("the route", lambda: requests.get(f"{worker_node}/words", timeout=10).status_code == 200)

    assert outputs(run(FIRST_FUNCTION))[-1].split() == ["200", "{", '"words":', "4", "}"]


def test_outputs_are_not_committed() -> None:
    for path in NOTEBOOKS.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert not [cell.outputs for cell in cells if cell.get("outputs")], path
