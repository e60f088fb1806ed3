"""Open documents follow their files on disk, which an editor, Git or a tool may change."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

from support.editing import Checkout, save_by_rename, save_in_place
from support.jupyterlab import cells, open_notebook
from support.waiting import wait_for

Save = Callable[[Path, str], None]

MODULE = "functions/file_of_a_test.py"
NOTEBOOK = Path("/workspace/notebooks/testing/notebook_of_a_test.ipynb")


@pytest.fixture
def module(page: Page, jupyter: str, token: str, source: Checkout) -> Path:
    """A module that is open in JupyterLab's editor."""
    path = source.path(MODULE)
    path.write_text("FIRST = 1\nSECOND = 2\n")
    page.goto(f"{jupyter}/lab/tree/worker-node/{MODULE}?reset&token={token}")
    expect(editor(page)).to_contain_text("FIRST = 1")
    return path


def editor(page: Page) -> Locator:
    return page.locator(".jp-FileEditor .cm-content")


def comparisons(urls: list[str]) -> int:
    return sum("?content=0" in url for url in urls)


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_a_file_without_unsaved_changes_follows_and_the_cursor_stays(page: Page, module: Path, save: Save) -> None:
    editor(page).click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")

    save(module, "FIRST = 10\nSECOND = 20\n")
    expect(editor(page)).to_contain_text("FIRST = 10")

    page.keyboard.type("# ")
    expect(editor(page)).to_contain_text("# SECOND = 20")


def test_it_asks_before_it_discards_unsaved_changes(page: Page, module: Path, screenshots: Path) -> None:
    editor(page).click()
    page.keyboard.type("# mine ")
    save_in_place(module, "THEIRS = 1\n")

    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("file_of_a_test.py changed on disk")
    page.screenshot(path=screenshots / "file-asks.png")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog).to_have_count(0)
    expect(editor(page)).to_contain_text("# mine")

    save_in_place(module, "THEIRS = 2\n")
    dialog.get_by_role("button", name="Load from disk").click()
    expect(editor(page)).to_have_text("THEIRS = 2")


def test_what_is_saved_here_is_not_asked_about(page: Page, module: Path) -> None:
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    editor(page).click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# mine ")
    with page.expect_response(lambda response: response.request.method == "PUT" and MODULE in response.url):
        page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)

    page.keyboard.type("and more ")

    # JupyterLab asks before it saves, and the page after the server has named the file.
    wait_for("the comparison", lambda: page.evaluate("1") and comparisons(asked) > 1)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(editor(page)).to_contain_text("# mine and more")
    assert "# mine FIRST" in module.read_text()


def test_a_file_is_not_asked_about_while_its_first_save_is_answered(
    page: Page, jupyter: str, token: str, source: Checkout
) -> None:
    source.path(MODULE).write_text("FIRST = 1\n")
    news: list[Callable[[], None]] = []
    saves: list[Callable[[], None]] = []
    asked: list[str] = []
    answered: list[str] = []

    def hold_news_of_the_file(feed: WebSocketRoute) -> None:
        def forward(message: str | bytes) -> None:
            if '"file"' in str(message):
                news.append(lambda: feed.send(message))
            else:
                feed.send(message)

        feed.connect_to_server().on_message(forward)

    def hold_answers_to_saves(route: Route) -> None:
        if route.request.method == "PUT":
            response = route.fetch()
            saves.append(lambda: route.fulfill(response=response))
        else:
            route.continue_()

    page.route_web_socket(lambda url: "notebook-to-app/feed" in url, hold_news_of_the_file)
    page.route(lambda url: MODULE in url, hold_answers_to_saves)
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: answered.append(request.url))
    page.goto(f"{jupyter}/lab/tree/worker-node/{MODULE}?reset&token={token}")
    editor(page).click()
    page.keyboard.type("# mine ")
    page.keyboard.press("Control+s")
    wait_for("a save of the file", lambda: page.evaluate("1") and bool(saves))
    wait_for("news of the file", lambda: page.evaluate("1") and bool(news))

    for send in news:
        send()
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    wait_for("answers", lambda: page.evaluate("1") and comparisons(answered) == comparisons(asked))
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    for answer in saves:
        answer()
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)


def test_a_notebook_with_unsaved_changes_asks_too(page: Page, empty_notebook: str, screenshots: Path) -> None:
    open_notebook(page, empty_notebook)
    cell = cells(page).first
    cell.locator(".cm-content").click()
    page.keyboard.insert_text("'mine'")
    theirs = nbformat.read(NOTEBOOK, nbformat.NO_CONVERT)
    theirs.cells[0].source = "'theirs'"
    save_by_rename(NOTEBOOK, nbformat.writes(theirs))

    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text(f"{NOTEBOOK.name} changed on disk")
    page.screenshot(path=screenshots / "notebook-asks.png")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog).to_have_count(0)
    expect(cell).to_contain_text("'mine'")

    theirs.cells[0].source = "'theirs, again'"
    save_by_rename(NOTEBOOK, nbformat.writes(theirs))
    dialog.get_by_role("button", name="Load from disk").click()
    expect(cell).to_contain_text("'theirs, again'")


def test_a_notebook_follows_and_stays_where_the_person_is(page: Page, empty_notebook: str) -> None:
    open_notebook(page, empty_notebook)
    shown = cells(page)
    shown.last.locator(".cm-content").click()
    page.keyboard.insert_text("'first'")
    page.keyboard.press("Shift+Enter")
    expect(shown.first.locator(".jp-OutputArea-output")).to_have_text("'first'")
    page.keyboard.insert_text("'second'")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)

    notebook = nbformat.read(NOTEBOOK, nbformat.NO_CONVERT)
    notebook.cells[1].source = "'second, from Git'"
    notebook.cells.append(nbformat.v4.new_code_cell("'third'"))
    save_by_rename(NOTEBOOK, nbformat.writes(notebook))

    expect(shown).to_have_count(3)
    expect(shown.nth(1)).to_contain_text("second, from Git")
    expect(shown.nth(1)).to_contain_class("jp-mod-active")
