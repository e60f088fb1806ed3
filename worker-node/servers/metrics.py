"""What the workers count for Prometheus: requests by route and status, their latency, and those in progress.

Imported only where ``METRICS_PORT`` is set, and after the folder for counting is named: prometheus-client
decides at its import how it counts (https://prometheus.github.io/client_python/multiprocess/).
"""

import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import Counter, Gauge, Histogram
from werkzeug.wsgi import ClosingIterator

from servers.response_headers import ResponseHeaders

# RFC 9110, 9.3, and RFC 5789. Anybody can make up more, and each would be kept for ever.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})

REQUESTS = Counter("http_requests_total", "Requests that were answered.", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to the end of the answer.", ["method", "route"])
IN_PROGRESS = Gauge("http_requests_in_progress", "Requests that are being answered.", multiprocess_mode="livesum")


class Metrics:
    """WSGI middleware that counts."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        status, route = "500", "none"
        IN_PROGRESS.inc()

        def start(line: str, headers: ResponseHeaders, exc_info: Any = None, /) -> Callable[[bytes], object]:  # noqa: ANN401 - as in PEP 3333
            nonlocal status, route
            # Now: Flask takes its request out of the environment when it is done with it.
            status, route = line.split(" ", 1)[0], route_of(environ)
            return start_response(line, headers, exc_info)

        def answered() -> None:
            IN_PROGRESS.dec()
            method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
            REQUESTS.labels(method, route, status).inc()
            SECONDS.labels(method, route).observe(time.perf_counter() - began)

        try:
            answer = self._app(environ, start)
        except BaseException:
            answered()
            raise
        return ClosingIterator(answer, answered)


def route_of(environ: WSGIEnvironment) -> str:
    """The template of the route, such as ``/users/<int:id>``, not the path: there are endless paths."""
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return "none" if rule is None else str(rule.rule)
