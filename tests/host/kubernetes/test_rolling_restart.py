"""All pods are replaced under load, and no client notices, whether its connection is new or was kept."""

import pytest

from host.kubernetes.conftest import DEPLOYMENT, Cluster
from host.kubernetes.load import load

REQUESTS, PAUSE_SECONDS = 20_000, 0.02


def test_no_request_fails_while_all_pods_are_replaced(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    before = cluster.ready_pods()

    with load(cluster, PAUSE_SECONDS) as clients:
        cluster.kubectl("rollout", "restart", DEPLOYMENT)
        cluster.wait_for_rollout()
        result = clients.result()

    with capsys.disabled():
        print(f"\nrolling restart: {result['served']} requests, {len(result['lost'])} failed")  # noqa: T201
    assert not cluster.ready_pods().keys() & before.keys()
    assert result["lost"] == []
    assert result["served"] >= REQUESTS
