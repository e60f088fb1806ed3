"""Add the script to whole HTML pages that a browser navigates to, and leave every other response as it is."""

import re
import time
from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Request

from wsgi_hotreload.browser.script import tag
from wsgi_hotreload.loading import StartResponse, WSGIApplication, WSGIEnvironment
from wsgi_hotreload.server import wants_page

# Headers of a response that another body would make wrong, or that forbid the script.
UNTOUCHED = (
    "Content-Digest",
    "Content-Disposition",
    "Content-Encoding",
    "Content-MD5",
    "Content-Security-Policy",
    "Content-Security-Policy-Report-Only",
    "ETag",
    "Last-Modified",
    "Repr-Digest",
)
# Sent by scripts that ask for a part of a page.
OF_SCRIPTS = ("HX-Request", "X-Requested-With", "Turbo-Frame", "X-PJAX")
_WHOLE_PAGE = re.compile(rb"<html[\s>]|</body\s*>", re.IGNORECASE)
_POLICY = re.compile(rb"""http-equiv\s*=\s*["']?content-security-policy""", re.IGNORECASE)


class FollowingPages:
    """The app, with the script in its pages."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self.generation = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:  # noqa: ANN401 - as the app
        if not _navigates(Request(environ)):
            return self._app(environ, start_response)
        return self._respond(environ, start_response, tag(self.generation, time.monotonic()).encode())

    def _respond(self, environ: WSGIEnvironment, start_response: StartResponse, script: bytes) -> Iterator[bytes]:
        # Those of a page, which is sent when it is complete.
        held: tuple[Any, ...] | None = None
        body: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ANN401
            nonlocal held
            body.clear()
            held = (status, headers, exc_info) if _may_be_page(status, Headers(headers)) else None
            return body.append if held else start_response(status, headers, exc_info)

        parts = self._app(environ, start)
        try:
            for part in parts:
                if held:
                    body.append(part)
                else:
                    yield part
            if held:
                status, headers, exc_info = held
                page = b"".join(body)
                if _WHOLE_PAGE.search(page) and not _POLICY.search(page):
                    # After all that there is: browsers put it into the body, whatever the end of the page looks like.
                    page += script
                    headers = [header for header in headers if header[0].lower() != "content-length"]
                    headers.append(("Content-Length", str(len(page))))
                start_response(status, headers, exc_info)
                yield page
        finally:
            if hasattr(parts, "close"):
                parts.close()


def _navigates(request: Request) -> bool:
    """Whether this is a browser that opens a page, and not a script that asks for a part of one."""
    return (
        request.method == "GET"
        and wants_page(request)
        and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        and not any(name in request.headers for name in OF_SCRIPTS)
    )


def _may_be_page(status: str, headers: Headers) -> bool:
    code = int(status.partition(" ")[0])
    kind, options = parse_options_header(headers.get("Content-Type"))
    return (
        (code == 200 or code >= 400)  # noqa: PLR2004 - it, or an error page
        and kind == "text/html"
        and options.get("charset", "utf-8").lower() == "utf-8"
        and "Content-Length" in headers  # else it is streamed
        and "no-transform" not in headers.get("Cache-Control", "")
        and not any(name in headers for name in UNTOUCHED)
    )
