"""What a person does in JupyterLab, for tests in a browser."""

from playwright.sync_api import Locator, Page, expect


def open_notebook(page: Page, address: str) -> None:
    """Open it, and wait for its kernel. Before there is one JupyterLab says idle too, but names none."""
    page.goto(address)
    expect(page.locator(".jp-StatusBar-Left")).to_contain_text("Python 3 (ipykernel) | Idle")


def cells(page: Page) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell")


def run(page: Page, code: str) -> Locator:
    """Write into the last cell and run it, as Shift+Enter does, which makes the next one; return what it shows."""
    # Where one ends, JupyterLab takes the focus.
    expect(page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0)
    number = cells(page).count()
    editor = cells(page).last.locator(".cm-content")
    editor.click()
    expect(editor).to_be_focused()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    expect(cells(page).nth(number)).to_be_attached()  # and maybe more already, as of %take
    return cells(page).nth(number - 1).locator(".jp-OutputArea")


def choose(page: Page, menu: str, *commands: str) -> None:
    """Open a menu, and choose in it, and in those within it."""
    page.locator(".lm-MenuBar-itemLabel", has_text=menu).click()
    for command in commands:
        page.locator(f".lm-Menu-item[data-command='{command}']").click()
