"""What is said when the app is not there, or served by a server that does not reload; and the routes' links."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload_support.ports import free_port
from hotreload_support.server import ReloadServer
from notebook_support.kernel import Kernel, running_kernel
from notebook_to_app.notebook.server import NotServing, current_status, status_with

ROUTES = """%%bring routes.general_routes
@general.route("/both", methods=["GET", "POST"])
def both(): ...
@general.post("/post")
def post(): ...
@general.get("/add/<int:a>")
def add(a): ...
"""
NEW_MODULE = "%%bring routes.new_routes\nfrom flask import Blueprint\nnew = Blueprint('new', __name__)\n"


def test_new_routes_are_listed_with_links(kernel: Kernel) -> None:
    output = kernel.run(ROUTES)

    assert output.text.splitlines()[-3:] == ["GET /add/<int:a>", "GET POST http://localhost:17500/both", "POST /post"]
    assert '<a href="http://localhost:17500/both" target="_blank" rel="noopener">' in output.html
    assert "<code>/add/&lt;int:a&gt;</code>" in output.html


def test_a_blueprint_that_is_not_registered_is_said_and_registered_on_request(kernel: Kernel) -> None:
    sentence = (
        "No blueprint of this module is registered in the app yet: "
        "`%bring --register routes.new_routes` adds it to the factory."
    )

    assert sentence in kernel.bring(f"{NEW_MODULE}@new.get('/new')\ndef answer(): ...")
    registered = kernel.bring("%bring --register routes.new_routes")

    assert "+    from routes.new_routes import new\n" in registered
    assert "GET http://localhost:17500/new" in registered
    kernel.bring("%bring --undo")
    assert kernel.refusal("%bring --register functions.general_functions").endswith("has no blueprint.")


def test_two_functions_for_one_address_are_said(kernel: Kernel) -> None:
    shown = kernel.bring(
        "%%bring routes.general_routes\n"
        "@general.get('/same/<int:a>')\ndef one(a): ...\n@general.get('/same/<int:b>')\ndef two(b): ...\n"
    )

    assert "GET /same/<int:a> has two functions, general.one and general.two: only one is called." in shown
    kernel.bring("%bring --undo")


@pytest.fixture
def production() -> Iterator[str]:
    """A server that knows no reserved path."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_server_that_does_not_reload_is_said(production: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_URL", production)

    with pytest.raises(NotServing, match=r"The app is served without reloads\."):
        current_status()


def test_without_an_address_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APP_URL", raising=False)

    with pytest.raises(NotServing, match="APP_URL is not set"):
        current_status()


def test_an_app_that_is_not_running_is_a_sentence_and_no_error(source: Path, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with running_kernel(tmp_path / "kernel", source, APP_URL=url) as kernel:
        shown = kernel.bring("%%bring functions.text\nY = 2")

        assert "The app is not running. What is new is served when it starts." in shown
        assert kernel.value("Y") == "2"
        assert "The app is not running" in kernel.bring("%bring --undo")
    assert (source / "functions/text.py").read_text() == "X = 1\n"


def test_a_save_that_a_later_one_overtakes_is_waited_for(app: ReloadServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_URL", app.url)
    generation = current_status().generation

    app.write("Y = 1\n", "functions/one_of_two.py")
    app.write("Y = 1\n", "functions/other_of_two.py")
    state = status_with("functions/one_of_two.py", generation)

    assert state.state == "live"
    assert state.generation > generation


def test_a_route_that_is_not_served_any_more_after_a_move_is_named(kernel: Kernel) -> None:
    kernel.bring('%%bring routes.general_routes\n@general.get("/moves")\ndef moves() -> str:\n    return ""')

    shown = kernel.bring("%bring --move routes.general_routes.moves routes.elsewhere")

    assert "The app does not serve GET /moves any more." in shown
    kernel.bring("%bring --undo")
    assert "The app does not serve GET /moves any more." in kernel.bring("%bring --undo")
