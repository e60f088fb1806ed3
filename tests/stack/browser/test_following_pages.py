"""A page of the app, open in a browser, follows each save by itself."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.editing import Checkout
from support.waiting import wait_for

ROUTES = "routes/general_routes.py"
STYLE, PICTURE = "static/of_a_test.css", "static/of_a_test.svg"
TEMPLATE = "templates/page_of_a_test.html"
ROUTE = """

from flask import render_template


@general.get("/page-of-a-test")
def page_of_a_test() -> str:
    return render_template("page_of_a_test.html", greeting="{}")
"""
HTML = """\
<!doctype html>
<html>
<head><title>Page</title><link rel="stylesheet" href="{{{{ url_for('static', filename='of_a_test.css') }}}}"></head>
<body>
<h1>{{{{ greeting }}}}, {}</h1>
<form><input name="text"><input name="secret" type="password"><input name="tick" type="checkbox">
<select name="size"><option>small<option>large</select></form>
<img src="{{{{ url_for('static', filename='of_a_test.svg') }}}}" alt="">
<script type="module">document.body.dataset.module = "has run";</script>
<p style="margin-top: 4000px">The end</p>
</body>
</html>
"""
COPY = "routes/copy_of_a_test.txt"
# With an ETag, the server leaves it as it is.
CACHED = f"""

from pathlib import Path


@general.get("/page-of-a-test")
def page_of_a_test() -> tuple[str, dict[str, str]]:
    return (Path(__file__).parents[1] / "{COPY}").read_text(), {{"ETag": '"copy"'}}
"""
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='{}' height='10'/>"

Edit = Callable[[str], None]

pytestmark = pytest.mark.usefixtures("_page_folders")


@pytest.fixture
def edit_route(source: Checkout) -> Edit:
    return lambda greeting: source.append(ROUTES, ROUTE.format(greeting))


@pytest.fixture
def edit_template(source: Checkout) -> Edit:
    def edit(name: str) -> None:
        source.path(TEMPLATE).write_text(HTML.format(name))

    return edit


@pytest.fixture
def opened(page: Page, app_url: str, source: Checkout, edit_route: Edit, edit_template: Edit) -> Page:
    """The page, open in the browser, and followed."""
    edit_template("world")
    source.path(STYLE).write_text("h1 { color: rgb(1, 2, 3) }")
    source.path(PICTURE).write_text(SVG.format(10))
    edit_route("Hello")
    wait_for("the route", lambda: page.request.get(f"{app_url}/page-of-a-test").ok)
    with page.expect_request(re.compile(r"/__hotreload__\?after=")):
        page.goto(f"{app_url}/page-of-a-test")
    expect(page.locator("h1")).to_have_text("Hello, world")
    expect(page.locator("body")).to_have_attribute("data-module", "has run")
    return page


def stay(page: Page) -> None:
    """Mark the page, so that it is seen whether it was reloaded."""
    page.evaluate("() => { window.stays = true }")


def has_stayed(page: Page) -> bool:
    return bool(page.evaluate("() => window.stays === true"))


def test_it_follows_a_body_and_a_template_and_keeps_where_one_is_and_what_one_has_written(
    opened: Page, edit_route: Edit, edit_template: Edit
) -> None:
    heading = opened.locator("h1")
    opened.locator("[name=text]").fill("written by a person")
    opened.locator("[name=secret]").fill("secret")
    opened.locator("[name=tick]").check()
    opened.locator("[name=size]").select_option("large")
    opened.evaluate("() => scrollTo(0, 1234)")

    edit_route("Good evening")
    expect(heading).to_have_text("Good evening, world")
    edit_template("everybody")
    expect(heading).to_have_text("Good evening, everybody")

    expect(opened.locator("[name=text]")).to_have_value("written by a person")
    expect(opened.locator("[name=secret]")).to_have_value("")
    expect(opened.locator("[name=tick]")).to_be_checked()
    expect(opened.locator("[name=size]")).to_have_value("large")
    opened.wait_for_function("() => scrollY === 1234")


def test_a_stylesheet_is_exchanged_without_a_reload(opened: Page, source: Checkout) -> None:
    stay(opened)

    for color in ("rgb(200, 0, 100)", "rgb(0, 100, 200)"):
        source.path(STYLE).write_text(f"h1 {{ color: {color} }}")
        expect(opened.locator("h1")).to_have_css("color", color)

    expect(opened.locator("link")).to_have_count(1)
    assert has_stayed(opened)


def test_a_picture_reloads_the_pages_that_show_it(opened: Page, source: Checkout) -> None:
    stay(opened)
    source.path("static/another_of_a_test.svg").write_text(SVG.format(10))
    source.path(STYLE).write_text("h1 { color: rgb(9, 9, 9) }")
    expect(opened.locator("h1")).to_have_css("color", "rgb(9, 9, 9)")  # so the picture was noticed, too
    assert has_stayed(opened)

    source.path(PICTURE).write_text(SVG.format(77))

    opened.wait_for_function("() => document.images[0].naturalWidth === 77")
    assert not has_stayed(opened)


def test_a_picture_that_changes_while_the_page_loads_it_reloads_the_page(opened: Page, source: Checkout) -> None:
    opened.route(re.compile(PICTURE), lambda _: None, times=1)
    with opened.expect_request(re.compile(PICTURE)), opened.expect_request(re.compile(r"/__hotreload__\?after=")):
        opened.reload(wait_until="commit")

    source.path(PICTURE).write_text(SVG.format(77))

    opened.wait_for_function("() => document.images[0]?.naturalWidth === 77")


def test_an_error_appears_over_the_page_and_goes_with_the_next_good_save(
    opened: Page, edit_route: Edit, source: Checkout
) -> None:
    stay(opened)
    error = opened.get_by_role("alert")

    source.append(ROUTES, "\n1 / 0\n")
    expect(error).to_contain_text("ZeroDivisionError: division by zero")
    source.append(ROUTES, "\nundefined\n")
    expect(error).to_contain_text("NameError: name 'undefined' is not defined")
    assert has_stayed(opened)

    edit_route("Good morning")
    expect(opened.locator("h1")).to_have_text("Good morning, world")
    expect(error).to_have_count(0)


def test_the_page_of_an_error_goes_with_the_next_good_save(
    opened: Page, app_url: str, edit_route: Edit, source: Checkout
) -> None:
    source.append(ROUTES, "\n1 / 0\n")
    expect(opened.get_by_role("alert")).to_contain_text("ZeroDivisionError")
    opened.goto(f"{app_url}/page-of-a-test")
    expect(opened.locator("h1")).to_contain_text("ZeroDivisionError")

    source.append(ROUTES, "\nundefined\n")
    expect(opened.locator("h1")).to_contain_text("NameError")
    edit_route("Good morning")
    expect(opened.locator("h1")).to_have_text("Good morning, world")


def test_a_page_in_the_background_asks_for_nothing_and_follows_when_it_is_seen(opened: Page, edit_route: Edit) -> None:
    opened.evaluate("() => Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    with opened.expect_event("requestfailed", lambda request: "/__hotreload__?after=" in request.url):
        opened.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    edit_route("Good evening")
    wait_for("the save", lambda: "Good evening" in opened.request.get(opened.url).text())
    expect(opened.locator("h1")).to_have_text("Hello, world")

    opened.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')) }")

    expect(opened.locator("h1")).to_have_text("Good evening, world")


def test_a_page_that_one_comes_back_to_is_as_new(opened: Page, app_url: str, edit_route: Edit) -> None:
    opened.goto(f"{app_url}/demo")
    edit_route("Good evening")
    wait_for("the save", lambda: "Good evening" in opened.request.get(f"{app_url}/page-of-a-test").text())

    opened.go_back()

    expect(opened.locator("h1")).to_have_text("Good evening, world")


def test_a_copy_from_a_cache_is_not_reloaded_again_and_again(opened: Page, source: Checkout) -> None:
    source.path(COPY).write_text(opened.request.get(opened.url, headers={"Accept": "text/html"}).text())
    loads = []
    opened.on("request", lambda request: loads.append(request.url) if request.url == opened.url else None)

    with opened.expect_console_message(lambda message: "comes from a cache" in message.text):
        source.append(ROUTES, CACHED)

    assert len(loads) == 2, "one is by the page before, and one by the copy itself"


def test_a_page_whose_picture_is_made_at_each_request_is_not_reloaded_for_ever(opened: Page, source: Checkout) -> None:
    # By another process, so that the server does not know that it is the app's own write.
    drawing = f"{{__import__('subprocess').run(['cp', __file__, '{source.path(PICTURE)}'])}}"
    route = ROUTE.replace('greeting="{}"', f'greeting=f"{drawing}"')

    with opened.expect_console_message(lambda message: "does not follow these files" in message.text):
        source.append(ROUTES, route)
