"""``%add`` in the running JupyterLab, with a small package of the real index, for the app that runs next door."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from stack.conftest import WORKSPACE
from support.editing import Checkout
from support.jupyter_cells import RunCell, running_kernel
from support.requirements import PACKAGE, requirement_files
from support.requirements import requirements_put_back as requirements_put_back  # noqa: PLC0414 - a fixture of here, too
from support.waiting import wait_for

ROUTE = """

@general.get("/added-by-a-test")
def added_by_a_test() -> str:
    import humanize

    return humanize.intcomma(1234567)
"""


@pytest.fixture(scope="module")
def cell(jupyter: str, token: str) -> Iterator[RunCell]:
    with running_kernel(jupyter, token) as cell:
        yield cell


def requirements() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in requirement_files()}


@pytest.mark.usefixtures("requirements_put_back")
def test_a_package_can_be_imported_in_the_notebook_and_in_the_app(
    cell: RunCell, app_url: str, source: Checkout
) -> None:
    assert cell(f"import {PACKAGE}").startswith("ModuleNotFoundError")
    before = requirements()
    start = time.monotonic()

    shown = cell(f"%add {PACKAGE}")

    print(f"%add {PACKAGE}: {time.monotonic() - start:.1f} s")  # noqa: T201 - pytest -rP shows it
    lines = shown.splitlines()
    assert lines[0].startswith(f"{PACKAGE} ")
    assert lines[-1].startswith("live in ")
    assert cell(f"import {PACKAGE}; {PACKAGE}.intcomma(1234567)") == "'1,234,567'"
    source.append("routes/general_routes.py", ROUTE)
    wait_for("the route", lambda: requests.get(f"{app_url}/added-by-a-test", timeout=10).text == "1,234,567")
    changed = {str(path.relative_to(WORKSPACE)) for path, data in requirements().items() if before[path] != data}
    locks = {"worker-node/requirements.txt", "worker-node/requirements-dev.txt", "production/requirements.txt"}
    assert {"worker-node/requirements.in", *locks} <= changed


@pytest.mark.parametrize(
    ("words", "why"),
    [("no-such-package-of-a-test", "The package index has no no-such-package-of-a-test"), ("'flask<2'", "go together")],
)
def test_what_cannot_be_locked_changes_nothing(cell: RunCell, words: str, why: str) -> None:
    before = requirements()

    shown = cell(f"%add {words}")

    assert shown.startswith("Refusal: ")
    assert why in shown
    assert requirements() == before


def test_an_import_that_the_app_does_not_have_is_refused_with_what_adds_it(cell: RunCell, source: Checkout) -> None:
    module = source.path("functions/added_by_a_test.py")

    shown = cell("%%bring functions.added_by_a_test\nimport matplotlib\n\ndef f():\n    return matplotlib")

    assert "`%add matplotlib` adds it" in shown
    assert not module.exists()
