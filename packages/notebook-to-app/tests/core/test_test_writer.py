"""What a cell has tried out becomes a test."""

import pytest

from notebook_support.merging import APPS_OWN
from notebook_to_app.core.cells import Cell
from notebook_to_app.core.merge import Surroundings, merge
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.core.test_writer import TriedOut, write_tests

MODULE = "from flask import current_app\n\n\ndef count(text): ...\n\n\ndef debug(): return current_app.debug\n"


def written(tryouts: str, value: object = None, existing: str = "") -> str:
    code, _ = write_tests(TriedOut(tryouts, value, "functions.text", MODULE.encode()), existing.encode())
    surroundings = Surroundings(APPS_OWN.__contains__, lambda _: None)
    return merge(existing.encode(), Cell(code, ""), surroundings).data.decode()


def test_asserts_become_a_test_of_the_function_that_they_call() -> None:
    assert written("assert count('a') == 1\nassert not count('')\nprint(1)") == (
        "from functions.text import count\n\n\n"
        "def test_count() -> None:\n    assert count('a') == 1\n    assert not count('')\n"
    )


def test_the_last_call_is_asserted_with_the_value_that_it_shows() -> None:
    assert "    assert count('a b') == {'words': 2}\n" in written("count('a b')", {"words": 2})
    assert "    assert count('a b') is True\n" in written("count('a b')", value=True)


def test_a_value_that_cannot_be_written_down_is_no_test() -> None:
    with pytest.raises(Refusal, match="There is no assert, and no call with a value, to make a test of"):
        written("count('a')", object())


def test_what_needs_the_app_gets_its_context() -> None:
    assert written("assert debug()") == (
        "from flask import Flask\n\nfrom functions.text import debug\n\n\n"
        "def test_debug(app: Flask) -> None:\n    with app.app_context():\n        assert debug()\n"
    )


def test_imports_of_the_try_outs_come_along() -> None:
    assert written("import math\nassert count(math.pi)").startswith("import math\n\nfrom functions.text import count\n")


def test_what_uses_the_notebooks_own_is_said_not_to_be_a_test() -> None:
    _, notes = write_tests(
        TriedOut("assert count(data)\nassert count('')\nassert 1 + 1", None, "functions.text", MODULE.encode()), b""
    )

    assert notes == [
        "No test: `assert count(data)` uses data, which is of the notebook alone.",
        "No test: `assert 1 + 1` is about something that is of the notebook alone.",
    ]


def test_an_existing_test_gets_what_it_does_not_check_yet() -> None:
    existing = written("assert count('a') == 1")

    result = written("assert count('b') == 2\nassert count('a') == 3", None, existing)

    assert result == existing.replace("('a') == 1\n", "('a') == 3\n    assert count('b') == 2\n")
    assert written("assert count('b') == 2", None, result) == result


def test_a_check_of_something_else_that_begins_alike_stays() -> None:
    existing = written("assert count('a').x == 2\nassert count('a') + 1 == 3")

    assert written("assert count('a') == 3", None, existing) == existing + "    assert count('a') == 3\n"
