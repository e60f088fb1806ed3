"""Bring, take and test by buttons and keys of a cell."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.editing import Checkout

MODULE = "functions/cells_of_a_test.py"
FUNCTION = "def double(number: int) -> int:\n    return 2 * number"


@pytest.fixture
def cells(page: Page, empty_notebook: str, source: Checkout) -> Locator:
    """The code cells of a notebook; the first has a function."""
    source.path(MODULE)
    page.goto(empty_notebook)
    expect(page.locator(".jp-StatusBar-Left")).to_contain_text("Python 3 (ipykernel) | Idle")
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    cells.first.locator(".cm-content").click()
    page.keyboard.insert_text(FUNCTION)
    return cells


def answer(page: Page, text: str) -> None:
    """Type into the dialog that asks, and accept."""
    page.locator(".jp-Dialog input").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_a_cell_is_brought_into_the_module_that_is_chosen(
    page: Page, cells: Locator, source: Checkout, screenshots: Path
) -> None:
    page.locator(".jp-cell-toolbar [data-jp-item-name='bring-cell'] jp-button").click()
    modules = page.locator(".jp-Dialog datalist option")
    expect(modules.and_(page.locator("[value='functions.general_functions']"))).to_have_count(1)
    expect(page.locator(".jp-Dialog input")).to_have_value("")
    page.screenshot(path=screenshots / "cell-bring.png")
    answer(page, "functions.cells_of_a_test")

    expect(cells.first).to_contain_text("%%bring functions.cells_of_a_test")
    expect(cells.first.locator(".jp-OutputArea")).to_contain_text("live in ")
    assert source.path(MODULE).read_text() == f"{FUNCTION}\n"

    # It is known now where it goes.
    page.keyboard.press("Control+Alt+b")
    expect(cells.first.locator(".jp-OutputArea")).to_contain_text("has this already")


def test_what_the_app_has_is_taken_into_a_cell_below(page: Page, cells: Locator, source: Checkout) -> None:
    source.path(MODULE).write_text(FUNCTION.replace("double", "triple").replace("2", "3"))
    page.keyboard.press("Control+Alt+k")
    offered = page.locator(".jp-Dialog datalist option[value='functions.cells_of_a_test.triple']")
    expect(offered).to_have_count(1)
    answer(page, "functions.cells_of_a_test.triple")

    expect(cells).to_have_count(2)
    expect(cells.nth(1)).to_contain_text("%%bring functions.cells_of_a_test")
    expect(cells.nth(1)).to_contain_text("return 3 * number")


def test_what_cannot_be_taken_is_said_and_no_cell_is_made(page: Page, cells: Locator) -> None:
    page.keyboard.press("Control+Alt+k")
    page.locator(".jp-Dialog input").fill("functions.nothing_of_a_test")
    page.keyboard.press("Enter")

    expect(page.locator(".jp-Dialog")).to_contain_text("The app has no module functions.nothing_of_a_test")
    expect(cells).to_have_count(1)


def test_the_tests_of_the_module_of_a_cell_are_run_below(
    page: Page, cells: Locator, source: Checkout, screenshots: Path
) -> None:
    tests = source.path("tests/functions/test_cells_of_a_test.py")
    tests.write_text("from functions.cells_of_a_test import double\n\n\ndef test_it():\n    assert double(2) == 4\n")
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("%%bring functions.cells_of_a_test\n\n")
    page.keyboard.press("Control+Enter")
    expect(cells.first.locator(".jp-OutputArea")).to_contain_text("live in ")

    page.keyboard.press("Control+Alt+r")

    expect(cells.nth(1)).to_contain_text("%test functions.cells_of_a_test")
    expect(cells.nth(1).locator(".jp-OutputArea")).to_contain_text("1 passed")
    page.screenshot(path=screenshots / "cell-test.png")

    cells.first.click()
    page.keyboard.press("Control+Alt+r")
    expect(cells).to_have_count(2)
