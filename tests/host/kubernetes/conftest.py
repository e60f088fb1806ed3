"""The small overlay on a real cluster, one that is there for tests alone: see CONTRIBUTING.md."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from host.conftest import BASE_IMAGE, REPOSITORY, output, run
from host.production.conftest import image_with_test_routes as image_with_test_routes  # noqa: PLC0414 - a fixture of here, too
from support.waiting import wait_for

# Nothing is ever applied to another one.
CONTEXTS = {"worker-node-tests", "kind-worker-node-tests"}
NAMESPACE = "worker-node"
DEPLOYMENT = "deployment/worker-node"
REPLICAS = 2
ROLLOUT_SECONDS = 300
KUSTOMIZATION = """\
resources: [{overlay}]
images: [{{ name: worker-node, newTag: {tag} }}]
"""


def kubectl(*arguments: str) -> str:
    return output("kubectl", *arguments)


@dataclass
class Cluster:
    """The app as it runs there."""

    manifests: Path

    def apply(self) -> None:
        if run("kubectl", "get", "namespace", NAMESPACE).returncode == 0:  # of an earlier run
            kubectl("delete", "namespace", NAMESPACE, "--wait")
        kubectl("apply", "--filename", str(self.manifests))
        # What the autoscaler does, which this cluster may not know.
        self.scale(REPLICAS)
        self.wait_for_rollout()

    def remove(self) -> None:
        run("kubectl", "delete", "--ignore-not-found", "--wait=false", "--filename", str(self.manifests))

    def scale(self, replicas: int) -> None:
        self.kubectl("scale", DEPLOYMENT, f"--replicas={replicas}")

    def set_environment(self, *variables: str) -> None:
        self.kubectl("set", "env", DEPLOYMENT, *variables)

    def wait_for_rollout(self) -> None:
        """Until only pods of the newest template are there, all of them ready, and no other is about to end."""
        self.kubectl("rollout", "status", DEPLOYMENT, f"--timeout={ROLLOUT_SECONDS}s")
        replicas = int(self.get(DEPLOYMENT)["spec"]["replicas"])
        wait_for("the end of the old pods", lambda: len(self.pods()) == replicas, timeout=90, every=0.5)

    def pods(self) -> list[dict[str, Any]]:
        pods: list[dict[str, Any]] = self.get("pods")["items"]
        return pods

    def ready_pods(self) -> dict[str, dict[str, Any]]:
        """By name, those that are asked."""
        return {
            pod["metadata"]["name"]: pod
            for pod in self.pods()
            if "deletionTimestamp" not in pod["metadata"]
            and any(it["type"] == "Ready" and it["status"] == "True" for it in pod["status"].get("conditions", []))
        }

    def get(self, what: str) -> Any:  # noqa: ANN401 - an object of Kubernetes
        return json.loads(self.kubectl("get", what, "--output=json"))

    def ask(self, path: str) -> str:
        """The text of an answer, by way of the Service; a failure is the test's."""
        return kubectl("get", "--raw", f"/api/v1/namespaces/{NAMESPACE}/services/worker-node:http/proxy{path}")

    def execute(self, pod: str, *command: str) -> str:
        return self.kubectl("exec", pod, "--", *command)

    @staticmethod
    def kubectl(*arguments: str) -> str:
        return kubectl("--namespace", NAMESPACE, *arguments)


@pytest.fixture(scope="session")
def cluster(image_with_test_routes: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The small overlay, rolled out with two replicas. Each test leaves it so."""
    context = run("kubectl", "config", "current-context").stdout.strip() if shutil.which("kubectl") else ""
    if context not in CONTEXTS:
        assert "CI" not in os.environ, "CI has a cluster"
        pytest.skip("no cluster for tests: kind create cluster --name worker-node-tests")
    if context.startswith("kind-"):
        for image in (image_with_test_routes, BASE_IMAGE):
            output("kind", "load", "docker-image", image, "--name", context.removeprefix("kind-"))

    cluster = Cluster(render(image_with_test_routes, tmp_path_factory.mktemp("overlay")))
    try:
        cluster.apply()
        yield cluster
    finally:
        cluster.remove()


def render(image: str, folder: Path) -> Path:
    """The small overlay with this image, without the kinds that this version of Kubernetes does not know."""
    overlay = os.path.relpath(REPOSITORY / "deploy/overlays/small", folder)
    (folder / "kustomization.yaml").write_text(KUSTOMIZATION.format(overlay=overlay, tag=image.partition(":")[2]))
    served = set(kubectl("api-versions").split())
    documents = kubectl("kustomize", str(folder)).split("\n---\n")
    known = [text for text in documents if re.findall(r"^apiVersion: (.*)$", text, re.MULTILINE)[0] in served]
    path = folder / "rendered.yaml"
    path.write_text("\n---\n".join(known))
    return path
