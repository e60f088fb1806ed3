"""What the supervisor serves by itself: its status, the script by which pages follow it, and why there is no app."""

import time
from collections.abc import Iterable
from html import escape

from werkzeug.wrappers import Request, Response

from wsgi_hotreload.browser.script import ARGUMENT, SCRIPT, tag
from wsgi_hotreload.loading import Failure, StartResponse, WSGIEnvironment
from wsgi_hotreload.server import wants_page
from wsgi_hotreload.status.board import StatusBoard
from wsgi_hotreload.status.model import PATH

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>{summary}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem }}
h1 {{ font-size: 1.25rem; overflow-wrap: anywhere }}
pre {{ overflow-x: auto }}
</style>
<h1>{summary}</h1>
<pre>{traceback}</pre>
<p>This page reloads itself when the next save is live.</p>
{script}"""


class ErrorPage:
    """A WSGI app: status and script under their path, and everywhere else 500 with the last failure."""

    def __init__(self, board: StatusBoard) -> None:
        self.board = board
        self.failure = Failure("Nothing was loaded yet.")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == PATH and ARGUMENT in request.args:
            return Response(SCRIPT.read_bytes(), mimetype="text/javascript")(environ, start_response)
        if request.path == PATH:
            return self.board(environ, start_response)
        if wants_page(request):
            page = _PAGE.format(
                summary=escape(self.failure.summary),
                traceback=escape(self.failure.traceback),
                script=tag(self.board.status.generation, time.monotonic(), is_error=True),
            )
            response = Response(page, status=500, mimetype="text/html")
        else:
            response = Response(f"{self.failure}\n", status=500, mimetype="text/plain")
        return response(environ, start_response)
