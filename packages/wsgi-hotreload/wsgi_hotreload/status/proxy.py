"""The status also on connections that a worker has: the supervisor, who knows it, does not see what comes there."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from wsgi_hotreload.loading import WSGIApplication
from wsgi_hotreload.status.model import PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def with_status(app: WSGIApplication, address: tuple[str, int]) -> WSGIApplication:
    """The app, but for the status, which is asked of the supervisor by a new connection to its address."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path != PATH or request.method != "GET":
            return app(environ, start_response)  # type: ignore[no-any-return]
        connection = HTTPConnection(*address)
        try:
            connection.request("GET", request.full_path)
            status = connection.getresponse()
            response = Response(status.read(), status.status, mimetype=status.headers.get_content_type())
        finally:
            connection.close()
        return response(environ, start_response)

    return answer
