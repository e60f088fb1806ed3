"""Saves below worker-node/ are answered by their own code, through the real bind mount."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from support.editing import Checkout, save_by_rename, save_in_place
from support.waiting import wait_for

ROUTES = "routes/general_routes.py"
ROUTE = """

@general.get("/number")
def number() -> str:
    return "{}"
"""

Save = Callable[[Path, str], None]


def answer(app_url: str, path: str = "/number") -> requests.Response:
    return requests.get(f"{app_url}{path}", timeout=10)


def wait_for_failure(app_url: str, path: str = "/number") -> requests.Response:
    wait_for("a 500", lambda: answer(app_url, path).status_code == 500)
    return answer(app_url, path)


def wait_until_served(app_url: str, text: str) -> None:
    wait_for(f"the answer {text}", lambda: answer(app_url).text == text)


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_twenty_saves_in_a_row_are_each_answered_by_their_own_code(app_url: str, source: Checkout, save: Save) -> None:
    for number in range(10, 30):  # of one size: only their times tell them apart
        save(source.path(ROUTES), source.original(ROUTES) + ROUTE.format(number))

        wait_until_served(app_url, str(number))


def test_a_burst_of_saves_ends_with_the_last_one(app_url: str, source: Checkout) -> None:
    for number in range(100, 200):
        source.append(ROUTES, ROUTE.format(number))

    wait_until_served(app_url, "199")
    assert {answer(app_url).text for _ in range(20)} == {"199"}


def test_a_syntax_error_is_answered_with_its_traceback_and_mended_by_the_next_save(
    app_url: str, source: Checkout
) -> None:
    source.append(ROUTES, "\ndef broken(:\n")

    broken = wait_for_failure(app_url)
    assert broken.headers["Content-Type"].startswith("text/plain")
    assert "SyntaxError: invalid syntax" in broken.text
    assert "def broken(:" in broken.text
    assert ROUTES in broken.text

    source.append(ROUTES, ROUTE.format("mended"))
    wait_until_served(app_url, "mended")


def test_a_browser_gets_the_traceback_as_a_page(app_url: str, source: Checkout) -> None:
    source.append(ROUTES, "\nraise RuntimeError('<b>broken</b>')\n")
    wait_for_failure(app_url)

    page = requests.get(app_url, headers={"Accept": "text/html,*/*;q=0.8"}, timeout=10)

    assert page.headers["Content-Type"].startswith("text/html")
    assert "RuntimeError: &lt;b&gt;broken&lt;/b&gt;" in page.text
    assert "<b>broken</b>" not in page.text


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("app.py", "", "app.py defines no create_app()"),
        ("app.py", "def create_app():\n    pass\n", "returned None, which is no app: is a return missing?"),
        ("app.py", "import sys\nsys.exit('no')\n", "The app cannot be loaded: SystemExit: no"),
        (ROUTES, "import not_installed\n", "No module named 'not_installed'"),
    ],
)
def test_an_app_that_cannot_be_made_says_why(
    app_url: str, source: Checkout, name: str, text: str, sentence: str
) -> None:
    source.path(name).write_text(text)

    broken = wait_for_failure(app_url)

    assert sentence in broken.text.splitlines()[0]


def test_a_deleted_module_breaks_the_app_and_its_return_mends_it(app_url: str, source: Checkout) -> None:
    routes = source.path(ROUTES)
    text = routes.read_text()
    routes.unlink()
    wait_for_failure(app_url, "/demo")

    routes.write_text(text)

    wait_for("Ok", lambda: answer(app_url, "/demo").text == "Ok")


def test_a_new_module_can_be_used_at_once(app_url: str, source: Checkout) -> None:
    source.path("functions/made_by_a_test.py").write_text("NUMBER = 7\n")
    source.append(ROUTES, ROUTE.replace('"{}"', "str(NUMBER)") + "\nfrom functions.made_by_a_test import NUMBER\n")

    wait_until_served(app_url, "7")


def test_a_request_in_flight_is_answered_by_the_code_that_took_it(app_url: str, source: Checkout) -> None:
    slow = """

@general.get("/slow")
def slow():
    import time
    yield "took by {0}, "
    time.sleep(2)
    yield "answered by {0}"
"""
    source.append(ROUTES, slow.format("old"))
    wait_for("the slow route", lambda: requests.head(f"{app_url}/slow", timeout=10).status_code == 200)

    with requests.get(f"{app_url}/slow", stream=True, timeout=10) as in_flight:
        chunks = in_flight.iter_content(chunk_size=None)
        first = next(chunks)
        source.append(ROUTES, ROUTE.format("new"))
        wait_until_served(app_url, "new")
        rest = b"".join(itertools.chain(chunks))

    assert (first + rest).decode() == "took by old, answered by old"
