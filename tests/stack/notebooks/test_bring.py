"""``%%bring`` in a kernel as the image sets it up, into the app that runs next door."""

import nbformat
import requests
from nbclient import NotebookClient

from support.editing import Checkout

FUNCTION = """\
%%bring functions.brought_by_a_test
def count_words(text: str) -> int:
    return len(text.split())

count_words("three little words")
"""
ROUTE = """\
%%bring routes.general_routes
from flask import request
from functions.brought_by_a_test import count_words

@general.get("/brought-by-a-test")
def words() -> dict[str, int]:
    return {"words": count_words(request.args.get("text", ""))}
"""


def test_a_function_and_its_route_are_served_when_their_cells_are_done(app_url: str, source: Checkout) -> None:
    source.path("functions/brought_by_a_test.py")
    source.path("routes/general_routes.py")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (FUNCTION, ROUTE)])

    NotebookClient(notebook, timeout=60).execute()

    answer = requests.get(f"{app_url}/brought-by-a-test", params={"text": "two words"}, timeout=10)
    assert answer.json() == {"words": 2}
    shown = [output.data["text/plain"] for cell in notebook.cells for output in cell.outputs if "data" in output]
    function, live, value, route, live_too = [text.splitlines()[0] for text in shown]
    assert (function, value, route) == ("functions/brought_by_a_test.py (new)", "3", "routes/general_routes.py")
    assert live.startswith("live in ")
    assert live_too.startswith("live in ")
