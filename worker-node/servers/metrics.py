"""What the workers count for Prometheus: requests by route and status, their latency, and those in progress.

Imported only where ``METRICS_PORT`` is set, and after the folder for counting is named: prometheus-client
decides at its import how it counts (https://prometheus.github.io/client_python/multiprocess/).
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import Counter, Gauge, Histogram

from servers.observing import Observer

# RFC 9110, 9.3, and RFC 5789. Anybody can make up more, and each would be kept for ever.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
ROUTE = "worker_node.route"

REQUESTS = Counter("http_requests_total", "Requests that were answered.", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to the end of the answer.", ["method", "route"])
IN_PROGRESS = Gauge("http_requests_in_progress", "Requests that are being answered.", multiprocess_mode="livesum")


class Metrics(Observer):
    """WSGI middleware that counts."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        IN_PROGRESS.inc()
        return super().__call__(environ, start_response)

    def answering(self, environ: WSGIEnvironment, status: int) -> None:  # noqa: ARG002 - the same for all
        # Now: Flask takes its request out of the environment when it is done with it.
        environ[ROUTE] = route_of(environ)

    def answered(self, environ: WSGIEnvironment, status: int, seconds: float) -> None:
        IN_PROGRESS.dec()
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
        route = environ.get(ROUTE, "none")
        REQUESTS.labels(method, route, str(status)).inc()
        SECONDS.labels(method, route).observe(seconds)


def route_of(environ: WSGIEnvironment) -> str:
    """The template of the route, such as ``/users/<int:id>``, not the path: there are endless paths."""
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return "none" if rule is None else str(rule.rule)
