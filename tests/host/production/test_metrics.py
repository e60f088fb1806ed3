"""Prometheus' view of server and routes: on a port of its own, and only where somebody asks for it."""

import re
import urllib.error
import urllib.request

import pytest

from host.production.conftest import Container, Start
from host.production.test_workers import all_of, workers
from support.waiting import wait_for


@pytest.fixture
def counting(start_with_test_routes: Start) -> Container:
    return start_with_test_routes("--env=METRICS_PORT=9100", "--env=WORKERS=2")


def scrape(container: Container) -> dict[str, float]:
    text = urllib.request.urlopen(f"http://{container.address}:9100/metrics", timeout=10).read().decode()
    return {name: float(value) for name, value in re.findall(r"^([^#\s].*) (\S+)$", text, re.MULTILINE)}


def test_requests_are_counted_by_route_not_by_path(counting: Container) -> None:
    for seconds in ("0.0", "0.01", "0.02"):
        counting.get(f"/slow/{seconds}")

    name = 'http_requests_total{method="GET",route="/slow/<float:seconds>",status="200"}'
    wait_for("the count", lambda: scrape(counting).get(name) == 3)
    bucket = 'http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/slow/<float:seconds>"}'
    assert scrape(counting)[bucket] == 3


def test_errors_and_what_has_no_route_are_counted(counting: Container) -> None:
    counting.get("/error")
    counting.get("/nowhere/1")
    counting.get("/nowhere/2")

    wait_for("the error", lambda: 'http_requests_total{method="GET",route="/error",status="500"}' in scrape(counting))
    assert scrape(counting)['http_requests_total{method="GET",route="none",status="404"}'] == 2


def test_made_up_methods_are_one(counting: Container) -> None:
    for method in ("FOO", "BAR"):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(f"{counting.url}/demo", method=method), timeout=10)

    name = 'http_requests_total{method="other",route="none",status="405"}'
    wait_for("the count", lambda: scrape(counting).get(name) == 2)


def test_a_worker_that_was_killed_leaves_its_counts_but_nothing_in_progress(counting: Container) -> None:
    counted = 'http_requests_total{method="GET",route="/demo",status="200"}'
    counting.get("/demo")
    wait_for("the count", lambda: scrape(counting).get(counted) == 1)
    before = all_of(counting, 2)

    for worker in before:
        counting.execute("python", "-ISc", f"import os; os.kill({worker}, 9)")
    wait_for("new ones", lambda: len(set(workers(counting)) - set(before)) == 2)

    wait_for("the count", lambda: scrape(counting)["server_workers"] == 2)
    after = scrape(counting)
    assert after["server_workers_replaced_total"] >= 1
    assert after.get("http_requests_in_progress", 0) == 0
    assert after[counted] == 1


def test_without_the_variable_nothing_listens_and_nothing_is_loaded(serving: Container) -> None:
    with pytest.raises(OSError, match="refused"):
        scrape(serving)
    loaded = "import sys, servers.production, servers.worker; print('prometheus_client' in sys.modules)"
    assert serving.execute("python", "-c", loaded) == "False"
