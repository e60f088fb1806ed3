"""The example notebooks, run on a real kernel against the live app."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from support.editing import Checkout

NOTEBOOKS = Path("/workspace/notebooks")
# Where the browser finds the app.
APP = f"http://localhost:{os.environ['APP_PORT']}"
EXAMPLES = sorted((NOTEBOOKS / "testing").rglob("*.ipynb"))


def run(name: str) -> list[str]:
    """Run a notebook from its first cell to its last; return what each code cell shows, as plain text."""
    path = NOTEBOOKS / f"testing/{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path.parent}}).execute()
    return [
        "\n".join(_text(output) for output in cell.outputs).strip()
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def _text(output: nbformat.NotebookNode) -> str:
    text: str = output.text if output.output_type == "stream" else output.data["text/plain"]
    return text


@pytest.mark.parametrize("name", [path.stem for path in EXAMPLES])
def test_every_notebook_runs_and_leaves_the_app_as_it_was(source: Checkout, name: str) -> None:
    before = _files(source.folder)

    run(name)

    assert _files(source.folder) == before


def test_the_welcome_calls_the_app_and_one_of_its_functions(source: Checkout) -> None:  # noqa: ARG001
    answer, debug_mode, worker = run("welcome")

    assert answer == "'Ok'"
    assert debug_mode == "True"
    assert worker.startswith("The app is live: generation ")
    assert f"GET {APP}/demo" in worker


def test_a_function_goes_from_a_cell_to_a_route_and_back(source: Checkout) -> None:  # noqa: ARG001
    tried, brought, changed, route, called, broken, *undone = run("from_cell_to_route")

    assert tried == "4"
    assert "functions/words.py (new)" in brought
    assert "live in " in brought
    assert changed.endswith("4")
    assert f"GET {APP}/words" in route
    assert called == "{'words': 4}"
    assert "<Response [500]>\n\nTraceback" in broken
    assert "ZeroDivisionError" in broken
    assert "functions/words.py (deleted)" in undone[-1]


def test_the_search_engine_finds_the_page(source: Checkout) -> None:  # noqa: ARG001
    found = run("search_engine")

    assert "'page': 'yield'" in found[3] or "'page': 'generator" in found[3]
    assert "try" in found[5]


def test_outputs_are_not_committed() -> None:
    for path in NOTEBOOKS.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert not [cell.outputs for cell in cells if cell.get("outputs")], path


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.py")}
