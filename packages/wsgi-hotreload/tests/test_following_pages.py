"""A whole page that a browser opens gets the script by which it follows; all other responses are left as they are."""

import pytest
import requests

from hotreload_support.server import STATUS, ReloadServer, Start
from hotreload_support.waiting import wait_for

PAGE = "<!doctype html><html><body>Hello, {name}</body></html>"
APP = f"""\
import gzip
from flask import Flask, Response, abort

PAGE = "{PAGE}".format(name="world")
POLICY = '<meta http-equiv="Content-Security-Policy" content="x">'
RESPONSES = {{
    "page": lambda: PAGE,
    "missing": lambda: abort(404),
    "error": lambda: 1 / 0,
    "moved": lambda: (PAGE, 302, {{"Location": "/"}}),
    "fragment": lambda: "<p>" + "Hello" * 10,
    "text": lambda: Response(PAGE, mimetype="text/plain"),
    "stream": lambda: Response(iter([PAGE])),
    "utf-16": lambda: Response(PAGE.encode("utf-16"), content_type="text/html; charset=utf-16"),
    "policy": lambda: PAGE.replace("<body>", f"{{POLICY}}<body>"),
    "compressed": lambda: Response(gzip.compress(PAGE.encode()), headers={{"Content-Encoding": "gzip"}}),
    "attachment": lambda: (PAGE, {{"Content-Disposition": "attachment"}}),
    "no-transform": lambda: (PAGE, {{"Cache-Control": "no-transform"}}),
    "Content-Security-Policy": lambda: (PAGE, {{"Content-Security-Policy": "script-src 'none'"}}),
    "ETag": lambda: (PAGE, {{"ETag": '"1"'}}),
    "Last-Modified": lambda: (PAGE, {{"Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}}),
}}


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: PAGE, endpoint="start")
    app.add_url_rule("/<name>", view_func=lambda name: RESPONSES[name](), endpoint="any")

    @app.get("/plot")
    def plot():
        with open(app.root_path + "/static/plot.svg", "w") as file:
            file.write("<svg/>")
        return PAGE

    return app
"""
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Dest": "document"}
SCRIPT = f'<script async src="{STATUS}?script=page" data-after="1" data-since="'


@pytest.fixture
def server(start: Start) -> ReloadServer:
    return start(APP)


def as_browser(server: ReloadServer, path: str, **headers: str) -> requests.Response:
    return server.get(path, headers=BROWSER | headers, allow_redirects=False)


def test_a_page_gets_the_script_after_all_that_it_has(server: ReloadServer) -> None:
    response = as_browser(server, "/")

    assert response.text.startswith(PAGE.format(name="world") + SCRIPT)
    assert int(response.headers["Content-Length"]) == len(response.content)


@pytest.mark.parametrize(("path", "status"), [("/missing", 404), ("/error", 500)])
def test_an_error_page_follows_too(server: ReloadServer, path: str, status: int) -> None:
    response = as_browser(server, path)

    assert response.status_code == status
    assert SCRIPT in response.text


@pytest.mark.parametrize(
    "name",
    [
        "moved",
        "fragment",
        "text",
        "stream",
        "utf-16",
        "policy",
        "compressed",
        "attachment",
        "no-transform",
        "Content-Security-Policy",
        "ETag",
        "Last-Modified",
    ],
)
def test_what_is_no_plain_whole_page_is_the_same_for_browsers_and_programs(server: ReloadServer, name: str) -> None:
    response = as_browser(server, f"/{name}")

    assert response.status_code in (200, 302)
    assert len(response.content) > 50
    assert response.content == server.get(f"/{name}", allow_redirects=False).content


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"X-Requested-With": "XMLHttpRequest"},
        {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": "iframe"},
        {"Accept": "*/*"},
    ],
    ids=lambda headers: " ".join(*headers.items()),
)
def test_scripts_frames_and_programs_get_what_the_app_has_sent(server: ReloadServer, headers: dict[str, str]) -> None:
    assert as_browser(server, "/", **headers).text == PAGE.format(name="world")


def test_head_has_the_headers_of_the_app(server: ReloadServer) -> None:
    response = requests.head(server.url, headers=BROWSER, timeout=10)

    assert int(response.headers["Content-Length"]) == len(PAGE.format(name="world"))


def test_it_is_off_by_one_variable(start: Start) -> None:
    server = start(APP, HOTRELOAD_PAGES="off")

    assert as_browser(server, "/").text == PAGE.format(name="world")


def test_a_page_says_of_which_generation_it_is(server: ReloadServer) -> None:
    server.save(APP.replace("world", "there"))

    assert (
        'there</body></html><script async src="/__hotreload__?script=page" data-after="2"'
        in as_browser(server, "/").text
    )


def test_the_status_serves_the_script(server: ReloadServer) -> None:
    response = server.get(f"{STATUS}?script=page")

    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "location.reload()" in response.text


@pytest.mark.parametrize("watch", ["events", "polling"])
@pytest.mark.parametrize(
    "name",
    ["templates/page.html", "static/site.css", "static/data.json", "shop/templates/mail.txt", "views/page.jinja"],
)
def test_a_change_of_a_template_or_static_file_is_reported_and_loads_nothing(
    start: Start, watch: str, name: str
) -> None:
    server = start(APP, HOTRELOAD_WATCH=watch)

    server.write("first", name)
    first = wait_for("the change", lambda: server.status()["page_files"].get(name))
    server.write("the second", name)
    status = server.get(STATUS, params={"after": 1, "since": first, "timeout": 60}).json()

    assert status["page_files"][name] > first
    assert (status["generation"], status["state"]) == (1, "live")


@pytest.mark.parametrize(
    "name", ["static/site.css~", "static/.site.css.swp", "static/4913", "notes.txt", "uploads/a.png"]
)
def test_what_is_neither_is_not(server: ReloadServer, name: str) -> None:
    server.write("backup", name)
    server.write("end", "static/end.css")

    status = server.get(STATUS, params={"after": 1, "since": 0, "timeout": 60}).json()

    assert list(status["page_files"]) == ["static/end.css"]


def test_what_the_app_itself_writes_is_no_change_of_its_page(server: ReloadServer) -> None:
    server.write("<svg/>", "static/plot.svg")
    before = wait_for("the change", lambda: server.status()["page_files"].get("static/plot.svg"))

    assert as_browser(server, "/plot").ok
    server.wait_for_log("plot.svg was written by the app itself")

    assert server.status()["page_files"]["static/plot.svg"] == before
