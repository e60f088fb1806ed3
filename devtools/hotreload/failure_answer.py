"""Answer each request with the reason why there is no app."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from hotreload.loading import Failure

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="1">
<meta name="color-scheme" content="light dark">
<title>{summary}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem }}
h1 {{ font-size: 1.25rem; overflow-wrap: anywhere }}
pre {{ overflow-x: auto }}
</style>
<h1>{summary}</h1>
<pre>{traceback}</pre>
<p>This page turns into the app's answer after the next good save.</p>
"""


class FailureAnswer:
    """A WSGI app that answers 500 with a failure: a page for browsers, else plain text."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if Request(environ).accept_mimetypes.best_match(["text/plain", "text/html"]) == "text/html":
            page = _PAGE.format(summary=escape(self.failure.summary), traceback=escape(self.failure.traceback))
            response = Response(page, status=500, mimetype="text/html")
        else:
            response = Response(f"{self.failure}\n", status=500, mimetype="text/plain")
        return response(environ, start_response)
