"""A whole page that a browser opens gets the script by which it follows; all other responses are left as they are."""

from collections.abc import Iterator

import pytest
import requests

from hotreload_support.server import STATUS, ReloadServer, Start, serve_app
from hotreload_support.waiting import wait_for
from wsgi_hotreload.browser.script import pages_follow

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
PAGE_FILES = [
    "templates/page.html",
    "static/site.css",
    "static/data.json",
    "shop/templates/mail.txt",
    "views/page.jinja",
]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Dest": "document"}
SCRIPT = f'<script async src="{STATUS}?script=page" data-after="1" data-since="'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReloadServer]:
    """One server for all tests that save nothing."""
    folder = tmp_path_factory.mktemp("served")
    server = serve_app(folder / "source", folder / "log", APP)
    yield server
    server.stop()


@pytest.fixture
def server(start: Start) -> ReloadServer:
    return start(APP)


def as_browser(server: ReloadServer, path: str, **headers: str) -> requests.Response:
    return server.get(path, headers=BROWSER | headers, allow_redirects=False)


def test_a_page_gets_the_script_after_all_that_it_has(served: ReloadServer) -> None:
    response = as_browser(served, "/")

    assert response.text.startswith(PAGE.format(name="world") + SCRIPT)
    assert int(response.headers["Content-Length"]) == len(response.content)


@pytest.mark.parametrize(("path", "status"), [("/missing", 404), ("/error", 500)])
def test_an_error_page_follows_too(served: ReloadServer, path: str, status: int) -> None:
    response = as_browser(served, path)

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
def test_what_is_no_plain_whole_page_is_the_same_for_browsers_and_programs(served: ReloadServer, name: str) -> None:
    response = as_browser(served, f"/{name}")

    assert response.status_code in (200, 302)
    assert len(response.content) > 50
    assert response.content == served.get(f"/{name}", allow_redirects=False).content


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
def test_scripts_frames_and_programs_get_what_the_app_has_sent(served: ReloadServer, headers: dict[str, str]) -> None:
    assert as_browser(served, "/", **headers).text == PAGE.format(name="world")


def test_head_has_the_headers_of_the_app(served: ReloadServer) -> None:
    response = requests.head(served.url, headers=BROWSER, timeout=10)

    assert int(response.headers["Content-Length"]) == len(PAGE.format(name="world"))


def test_it_is_off_by_one_variable(start: Start) -> None:
    server = start(APP, HOTRELOAD_PAGES="off")

    assert as_browser(server, "/").text == PAGE.format(name="world")


def test_another_value_of_it_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTRELOAD_PAGES", "no")

    with pytest.raises(SystemExit, match="HOTRELOAD_PAGES is 'no', which is not known: set it to follow or off"):
        pages_follow()


def test_a_page_says_of_which_generation_it_is(server: ReloadServer) -> None:
    server.save(APP.replace("world", "there"))

    assert (
        'there</body></html><script async src="/__hotreload__?script=page" data-after="2"'
        in as_browser(server, "/").text
    )


def test_the_status_serves_the_script(served: ReloadServer) -> None:
    response = served.get(f"{STATUS}?script=page")

    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "location.reload()" in response.text


@pytest.mark.parametrize("watch", ["events", "polling"])
def test_a_change_of_a_template_or_static_file_is_reported_and_loads_nothing(start: Start, watch: str) -> None:
    server = start(APP, HOTRELOAD_WATCH=watch)

    for name in PAGE_FILES:
        server.write("first", name)
        first = wait_for("the change", lambda name=name: server.status()["page_files"].get(name))  # type: ignore[misc]
        server.write("the second", name)
        status = server.get(STATUS, params={"after": 1, "since": first, "timeout": 60}).json()

        assert status["page_files"][name] > first
        assert (status["generation"], status["state"]) == (1, "live")


def test_what_is_neither_is_not_reported(server: ReloadServer) -> None:
    for name in ["static/site.css~", "static/.site.css.swp", "static/4913", "notes.txt", "uploads/a.png"]:
        server.write("a backup, or data", name)
    server.write("end", "static/end.css")

    status = server.get(STATUS, params={"after": 1, "since": 0, "timeout": 60}).json()

    assert list(status["page_files"]) == ["static/end.css"]


def test_what_the_app_itself_writes_is_no_change_of_its_page(server: ReloadServer) -> None:
    server.write("<svg/>", "static/.plot.svg")
    (server.folder / "static/.plot.svg").replace(server.folder / "static/plot.svg")  # one event, unlike a write
    before = wait_for("the change", lambda: server.status()["page_files"].get("static/plot.svg"))

    assert as_browser(server, "/plot").ok
    server.wait_for_log("plot.svg was written by the app itself")

    assert server.status()["page_files"]["static/plot.svg"] == before
