"""Clients in a pod of their own, which ask the Service again and again: over new connections and over kept ones."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from host.conftest import BASE_IMAGE, REPOSITORY, run
from host.kubernetes.conftest import Cluster, kubectl
from support.waiting import wait_for

POD = "load"
# Between two requests of a client. The cluster needs the processors too, to replace pods.
PAUSE_SECONDS = 0.05
CLIENT = REPOSITORY / "tests/support/load_client.py"


class Load:
    def result(self) -> dict[str, Any]:
        """Tell the clients to end: how many were served, and what was lost."""
        kubectl("exec", POD, "--", "sh", "-c", "kill 1")
        return wait_for("their end", self._result, timeout=60)

    def _result(self) -> dict[str, Any] | None:
        lines = kubectl("logs", POD).splitlines()
        if len(lines) < 2:
            return None
        result: dict[str, Any] = json.loads(lines[1])
        return result


@contextlib.contextmanager
def load(cluster: Cluster, pause: float = PAUSE_SECONDS, enough: float = float("inf")) -> Iterator[Load]:
    """Load on the Service, while all is well, and little of it once enough requests were served."""
    address = cluster.get("service/worker-node")["spec"]["clusterIP"]
    remove()  # one of an interrupted run
    options = ["--until-told", f"--pause={pause}", f"--enough={enough}"]
    command = ["python", "-c", CLIENT.read_text(), address, "7500", *options]
    kubectl("run", POD, f"--image={BASE_IMAGE}", "--image-pull-policy=IfNotPresent", "--restart=Never", "--", *command)
    try:
        wait_for("the first answers", lambda: run("kubectl", "logs", POD).stdout.startswith("serving"), timeout=60)
        yield Load()
    finally:
        remove()


def remove() -> None:
    kubectl("delete", "pod", POD, "--ignore-not-found", "--grace-period=0", "--force")
