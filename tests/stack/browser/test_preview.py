"""The app beside the notebook, as it is after each save."""

from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from support.editing import Checkout
from support.waiting import wait_for

ROUTES = "routes/general_routes.py"
WORKSPACE = "/lab/api/workspaces/default"
PAGE = """

from flask import render_template


@general.get("/page-of-a-test")
def page_of_a_test() -> str:
    return render_template("page_of_a_test.html", greeting="{}")
"""
SLOW_PAGE = """

from time import sleep


@general.get("/slow-page-of-a-test")
def slow_page_of_a_test() -> str:
    sleep({seconds})
    return "took {seconds} s"
"""
TEMPLATE = "<link rel='stylesheet' href='/static/of_a_test.css'><h1>{{{{ greeting }}}}, {}</h1>"


@pytest.fixture
def app(page: Page, jupyter: str, token: str) -> FrameLocator:
    """What the preview shows, opened by the button of a notebook."""
    # The layout of another test, which may show it too, stays on the server until this page saves its own.
    page.request.delete(f"{jupyter}{WORKSPACE}", headers={"Authorization": f"token {token}"})
    page.goto(f"{jupyter}/lab/tree/notebooks/testing/welcome.ipynb?reset&token={token}")
    page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='preview-app'] jp-button").click()
    return page.frame_locator("#notebook-to-app-preview iframe")


def test_it_shows_the_first_page_of_the_app_and_follows_each_save(
    page: Page, app: FrameLocator, source: Checkout
) -> None:
    expect(app.locator("body")).to_have_text("Ok")
    expect(page.get_by_label("Path of the app")).to_have_value("/demo")

    edited = source.original(ROUTES).replace('return "Ok"', 'return "Edited"')
    source.path(ROUTES).write_text(edited)
    expect(app.locator("body")).to_have_text("Edited")

    source.path(ROUTES).write_text(edited + "\n1 / 0\n")
    expect(app.locator("body")).to_contain_text("ZeroDivisionError")

    source.path(ROUTES).write_text(edited)
    expect(app.locator("body")).to_have_text("Edited")


@pytest.mark.usefixtures("_page_folders")
def test_it_follows_templates_and_static_files(
    page: Page, app: FrameLocator, source: Checkout, screenshots: Path
) -> None:
    style, template = source.path("static/of_a_test.css"), source.path("templates/page_of_a_test.html")
    style.write_text("h1 { color: rgb(1, 2, 3) }")
    template.write_text(TEMPLATE.format("notebook"))
    source.append(ROUTES, PAGE.format("Hello"))
    page.get_by_label("Path of the app").fill("/page-of-a-test")
    page.keyboard.press("Enter")
    heading = app.locator("h1")
    expect(heading).to_have_text("Hello, notebook")

    template.write_text(TEMPLATE.format("world"))
    expect(heading).to_have_text("Hello, world")

    style.write_text("h1 { color: rgb(200, 0, 100) }")
    expect(heading).to_have_css("color", "rgb(200, 0, 100)")
    page.screenshot(path=screenshots / "preview.png")


def test_it_follows_a_save_while_it_still_loads_the_page(page: Page, app: FrameLocator, source: Checkout) -> None:
    expect(app.locator("body")).to_have_text("Ok")
    with page.expect_response("**/demo"):
        source.append(ROUTES, SLOW_PAGE.format(seconds=5))
    page.get_by_label("Path of the app").fill("/slow-page-of-a-test")
    with page.expect_request("**/slow-page-of-a-test"):
        page.keyboard.press("Enter")

    source.path(ROUTES).write_text(source.original(ROUTES) + SLOW_PAGE.format(seconds=0))
    expect(app.locator("body")).to_have_text("took 0 s")


def test_it_is_there_again_after_the_page_was_reloaded(page: Page, app: FrameLocator, jupyter: str) -> None:
    expect(app.locator("body")).to_have_text("Ok")
    saved = f"{jupyter}{WORKSPACE}"
    wait_for("the layout to be saved", lambda: "notebook-to-app-preview:app" in page.request.get(saved).text())
    page.goto(page.url.partition("?")[0])

    expect(app.locator("body")).to_have_text("Ok")
