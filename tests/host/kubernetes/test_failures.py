"""What dies is replaced, and the other pod serves meanwhile."""

from host.conftest import run
from host.kubernetes.conftest import Cluster
from support.waiting import wait_for

KILL_THE_SERVER = """\
import glob, os
for path in glob.glob("/proc/[0-9]*/cmdline"):
    if "\\0gunicorn\\0" in open(path).read():
        os.kill(int(path.split("/")[2]), 9)
"""


def restarts(cluster: Cluster, pod: str) -> int:
    return int(cluster.get(f"pod/{pod}")["status"]["containerStatuses"][0]["restartCount"])


def test_a_pod_that_is_killed_is_replaced(cluster: Cluster) -> None:
    killed, other = cluster.ready_pods()

    cluster.kubectl("delete", "pod", killed, "--grace-period=0", "--force")

    wait_for("another pod", lambda: len(cluster.ready_pods().keys() - {killed}) == 2, timeout=60)
    assert other in cluster.ready_pods()
    assert cluster.ask("/demo") == "Ok"


def test_a_server_that_is_killed_starts_again_in_its_pod(cluster: Cluster) -> None:
    pod = next(iter(cluster.ready_pods()))

    # What is executed there may end with it.
    run("kubectl", "--namespace=worker-node", "exec", pod, "--", "python", "-c", KILL_THE_SERVER)

    wait_for("the restart", lambda: restarts(cluster, pod) == 1, timeout=60)
    wait_for("readiness", lambda: pod in cluster.ready_pods(), timeout=60)
    assert cluster.ask("/demo") == "Ok"
