"""Changes go out one pod at a time, come back, and stop where a new pod does not get ready."""

from typing import Any

from host.conftest import run
from host.kubernetes.conftest import DEPLOYMENT, Cluster
from host.kubernetes.load import load
from support.waiting import wait_for


def environment(pod: dict[str, Any]) -> dict[str, str]:
    return {it["name"]: it["value"] for it in pod["spec"]["containers"][0]["env"] if "value" in it}


def test_the_overlay_serves(cluster: Cluster) -> None:
    assert len(cluster.ready_pods()) == 2
    assert cluster.ask("/demo") == "Ok"


def test_a_pod_has_a_worker_for_each_cpu_of_its_limit(cluster: Cluster) -> None:
    pod, manifest = next(iter(cluster.ready_pods().items()))
    limit = manifest["spec"]["containers"][0]["resources"]["limits"]["cpu"]

    processes = cluster.execute(pod, "sh", "-c", "grep --text --files-with-matches gunico[r]n /proc/[0-9]*/cmdline")

    assert len(processes.splitlines()) == 1 + int(limit), "gunicorn's main process, and its workers"


def test_a_change_reaches_all_pods_and_is_taken_back(cluster: Cluster) -> None:
    before = cluster.ready_pods()

    cluster.set_environment("FLASK_LOG_LEVEL=INFO")
    cluster.wait_for_rollout()

    changed = cluster.ready_pods()
    assert not changed.keys() & before.keys()
    assert [environment(pod) for pod in changed.values()] == [{"FLASK_LOG_LEVEL": "INFO"}] * 2

    cluster.kubectl("rollout", "undo", DEPLOYMENT)
    cluster.wait_for_rollout()

    assert [environment(pod) for pod in cluster.ready_pods().values()] == [{}] * 2
    assert cluster.ask("/demo") == "Ok"


def test_a_pod_that_never_gets_ready_halts_the_rollout_and_the_old_ones_serve_on(cluster: Cluster) -> None:
    old = cluster.ready_pods()
    cluster.kubectl("patch", DEPLOYMENT, "--patch", '{"spec": {"progressDeadlineSeconds": 15}}')

    with load(cluster) as clients:
        cluster.set_environment("PORT=7501")  # where no probe asks
        status = run("kubectl", "--namespace=worker-node", "rollout", "status", DEPLOYMENT, "--timeout=120s")

        assert status.returncode == 1
        assert "exceeded its progress deadline" in status.stderr + status.stdout
        assert cluster.ready_pods().keys() == old.keys()
        assert len(cluster.pods()) == 3
        result = clients.result()
    assert result["lost"] == []

    cluster.kubectl("rollout", "undo", DEPLOYMENT)
    wait_for("the end of the pod that was never ready", lambda: cluster.ready_pods().keys() == old.keys(), every=0.5)
    cluster.wait_for_rollout()
