"""All pods are replaced under load, and no client notices, whether its connection is new or was kept."""

import pytest

from host.kubernetes.conftest import DEPLOYMENT, Cluster
from host.kubernetes.load import load

# How many of them one restart sees depends on the machine: there are as many restarts as it takes.
REQUESTS, PAUSE_SECONDS = 20_000, 0.015


def test_no_request_fails_while_all_pods_are_replaced(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    restarts = served = 0
    lost: list[str] = []
    while served < REQUESTS and not lost:
        before = cluster.ready_pods()

        with load(cluster, PAUSE_SECONDS, REQUESTS - served) as clients:
            cluster.kubectl("rollout", "restart", DEPLOYMENT)
            cluster.wait_for_rollout()
            result = clients.result()

        assert not cluster.ready_pods().keys() & before.keys()
        lost += result["lost"]
        restarts += 1
        served += result["served"]

    with capsys.disabled():
        print(f"\nrolling restarts: {restarts}, requests: {served}, failed: {len(lost)}")  # noqa: T201
    assert lost == []
