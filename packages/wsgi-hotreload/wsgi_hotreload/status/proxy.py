"""A kept-alive connection stays with its worker, so a status request on it never reaches the supervisor: forward it."""

from collections.abc import Iterable
from contextlib import closing
from http.client import HTTPConnection

from werkzeug.wrappers import Request, Response

from wsgi_hotreload.loading import StartResponse, WSGIApplication, WSGIEnvironment
from wsgi_hotreload.status.model import PATH


class StatusProxy:
    """The app, but for the status, which comes from the supervisor over a new connection to its address."""

    def __init__(self, app: WSGIApplication, address: tuple[str, int]) -> None:
        self._app = app
        self._address = address

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path != PATH or request.method != "GET":
            return self._app(environ, start_response)  # type: ignore[no-any-return]
        with closing(HTTPConnection(*self._address)) as connection:
            connection.request("GET", request.full_path)
            status = connection.getresponse()
            response = Response(status.read(), status.status, mimetype=status.headers.get_content_type())
        return response(environ, start_response)
