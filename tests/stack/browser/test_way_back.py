"""The way back as a person goes it: a function of the app is taken into a cell, edited, brought, and tested."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from support.editing import Checkout

FUNCTION = '''def loop_of_a_test(text: str) -> int:
    """How many words a text has."""
    return len(text.split())
'''
MODULE = "functions/loop_of_a_test.py"


def test_a_function_is_taken_edited_brought_and_tested(
    page: Page, notebook: str, source: Checkout, screenshots: Path
) -> None:
    source.path("tests/functions/test_loop_of_a_test.py")
    source.path(MODULE).write_text(FUNCTION)
    page.goto(notebook)
    expect(page.locator(".jp-StatusBar-Left")).to_contain_text("Python 3 (ipykernel) | Idle")
    cells = page.locator(".jp-Notebook .jp-CodeCell")

    cells.last.locator(".cm-content").click()
    page.keyboard.insert_text("%take functions.loop_of_a_test.loop_of_a_test")
    page.keyboard.press("Control+Enter")

    taken = cells.nth(1).locator(".cm-content")
    expect(taken).to_contain_text("%%bring functions.loop_of_a_test")
    expect(taken).to_contain_text("How many words a text has.")

    taken.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.insert_text(" --test")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\n\n\nloop_of_a_test('three little words')")
    page.keyboard.press("Shift+Enter")
    shown = cells.nth(1).locator(".jp-OutputArea")
    expect(shown).to_contain_text(re.compile(r"test_loop_of_a_test\.py \(new\)"))
    expect(shown).to_contain_text("assert loop_of_a_test('three little words') == 3")

    cells.last.locator(".cm-content").click()
    page.keyboard.insert_text("%test --last")
    page.keyboard.press("Control+Enter")
    expect(cells.last.locator(".jp-OutputArea")).to_contain_text("1 passed")
    page.screenshot(path=screenshots / "way-back.png")
