"""More pods, and fewer again, without a client that notices."""

from host.kubernetes.conftest import Cluster
from host.kubernetes.load import load


def test_five_pods_share_the_requests_and_two_take_over_again(cluster: Cluster) -> None:
    with load(cluster) as clients:
        cluster.scale(5)
        cluster.wait_for_rollout()
        five = cluster.ready_pods()
        shared = {pod for pod in five if '"path": "/demo", "status": 200' in cluster.kubectl("logs", pod)}

        cluster.scale(2)
        cluster.wait_for_rollout()
        result = clients.result()

    assert shared == five.keys()
    assert len(five) == 5
    assert len(cluster.ready_pods()) == 2
    assert result["lost"] == []
