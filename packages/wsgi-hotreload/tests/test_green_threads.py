"""Apps that replace blocking functions of Python before all else, by gevent or eventlet, end so after each save too."""

import ssl
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from hotreload_support.server import ReloadServer, Start

# Asks a server over TLS, and sleeps, in functions that the library has replaced.
APP = """\
{patch}
import socket
import ssl
import time
from urllib.request import urlopen

from flask import Flask

NUMBER = {number}


def create_app():
    app = Flask(__name__)

    @app.get("/")
    def show():
        time.sleep(0.01)
        context = ssl._create_unverified_context()
        with urlopen("{url}", timeout=20, context=context) as response:
            return f"{{NUMBER}} {body} {{response.read().decode()}} {{socket.socket.__module__.partition('.')[0]}}"

    return app
"""
PATCHES = {
    "gevent": "from gevent import monkey\nmonkey.patch_all()",
    "eventlet": "import eventlet\neventlet.monkey_patch()",
}


@pytest.fixture
def tls() -> Iterator[str]:
    """The address of a server with a certificate that it has made for itself."""
    pytest.importorskip("cryptography")

    @Request.application
    def greet(_: Request) -> Response:
        return Response("over TLS")

    server = make_server("127.0.0.1", 0, greet, threaded=True, ssl_context="adhoc")
    assert isinstance(server.ssl_context, ssl.SSLContext)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("library", PATCHES)
# What eventlet says of itself when it is imported.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_and_sleep_work_after_each_save(start: Start, tls: str, library: str) -> None:
    pytest.importorskip(library)

    def app(number: int, body: str) -> str:
        return APP.format(patch=PATCHES[library], url=tls, number=number, body=body)

    server: ReloadServer = start(app(0, "first"))
    assert server.get().text == f"0 first over TLS {library}"

    # Bodies and constants in turn, before and after libraries would be loaded ahead.
    for number in range(1, 5):
        for body in ("second", "third"):
            server.save(app(number, body))
            assert server.get().text == f"{number} {body} over TLS {library}"
    assert server.status()["swapped"] == 0
