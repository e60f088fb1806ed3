"""JupyterLab as a person opens it, in a real browser."""

from pathlib import Path

from playwright.sync_api import Page, expect

WELCOME = "/lab/tree/notebooks/testing/welcome.ipynb"


def test_the_printed_link_opens_the_welcome_and_it_runs(
    page: Page, jupyter: str, token: str, screenshots: Path
) -> None:
    page.goto(f"{jupyter}{WELCOME}?reset&token={token}")
    # Before a kernel exists JupyterLab says idle too, but names none.
    expect(page.locator(".jp-StatusBar-Left")).to_contain_text("Python 3 (ipykernel) | Idle")
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()

    output = page.locator(".jp-OutputArea-output")
    expect(output.filter(has_text="'Ok'")).to_have_count(1)
    expect(output.filter(has_text="The app is live")).to_have_count(1)
    expect(page.locator(".jp-DirListing-content")).to_contain_text("welcome.ipynb")
    page.locator(".jp-Notebook").evaluate("notebook => notebook.scrollTo(0, 0)")
    page.screenshot(path=screenshots / "welcome.png")


def test_both_mounted_folders_are_shown(page: Page, jupyter: str, token: str) -> None:
    page.goto(f"{jupyter}/lab?reset&token={token}")

    page.locator(".jp-BreadCrumbs-home").click()

    expect(page.locator(".jp-DirListing-itemText")).to_have_text(["notebooks", "worker-node"])


def test_without_the_token_the_browser_is_asked_for_it(page: Page, jupyter: str) -> None:
    page.goto(f"{jupyter}{WELCOME}")

    expect(page.locator("#password_input")).to_be_visible()


def test_once_logged_in_the_browser_needs_no_token(page: Page, jupyter: str, token: str) -> None:
    page.goto(f"{jupyter}/lab?token={token}")
    expect(page.locator("#jp-main-dock-panel")).to_be_visible()

    page.goto(f"{jupyter}/lab")

    expect(page.locator("#jp-main-dock-panel")).to_be_visible()
