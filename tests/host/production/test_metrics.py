"""Prometheus' view, by HAProxy's exporter: on a port of its own, and only where somebody asks for it."""

import re
import urllib.request

import pytest

from host.production.conftest import Container, Start
from host.production.raw_clients import many
from support.waiting import wait_for


@pytest.fixture
def counting(start_with_test_routes: Start) -> Container:
    return start_with_test_routes("--env=METRICS_PORT=9100")


def scrape(container: Container) -> dict[str, float]:
    text = urllib.request.urlopen(f"http://{container.address}:9100/metrics", timeout=10).read().decode()
    return {name: float(value) for name, value in re.findall(r"^([^#\s].*) (\S+)$", text, re.MULTILINE)}


def test_responses_are_counted_by_their_kind(counting: Container) -> None:
    def count(kind: str) -> float:
        return scrape(counting)[f'haproxy_frontend_http_responses_total{{proxy="clients",code="{kind}"}}']

    before = {kind: count(kind) for kind in ("2xx", "4xx", "5xx")}
    for path in ("/demo", "/demo", "/nowhere", "/error"):
        counting.get(path)

    assert count("4xx") == before["4xx"] + 1
    assert count("5xx") == before["5xx"] + 1
    assert count("2xx") >= before["2xx"] + 2, "and the health check's"


def test_requests_in_progress_are_seen(counting: Container) -> None:
    with many(counting, 3) as clients:
        for client in clients:
            client.sendall(b"GET /slow/600.0 HTTP/1.1\r\nHost: t\r\n\r\n")

        wait_for("all three", lambda: scrape(counting)['haproxy_backend_current_sessions{proxy="app"}'] == 3)


def test_without_the_variable_nothing_listens(serving: Container) -> None:
    with pytest.raises(OSError, match="refused"):
        scrape(serving)
