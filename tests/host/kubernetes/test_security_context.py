"""What the manifests take away is really not there."""

import re

import pytest

from host.conftest import run
from host.kubernetes.conftest import Cluster


@pytest.fixture
def pod(cluster: Cluster) -> str:
    return next(iter(cluster.ready_pods()))


@pytest.fixture
def statuses(cluster: Cluster, pod: str) -> list[dict[str, str]]:
    """What the kernel says of the init and of all the server's processes."""
    program = (
        "import glob\n"
        "for p in glob.glob('/proc/[0-9]*'):\n"
        "  if any(name in open(p + '/cmdline').read() for name in ('tini', 'gunicorn', 'haproxy', 'grep')):\n"
        "    print(open(p + '/status').read())"
    )
    texts = cluster.execute(pod, "python", "-c", program).split("Name:")[1:]
    return [dict(re.findall(r"^(\w+):\s+(\S+)", text, re.MULTILINE)) for text in texts]


def test_no_process_has_a_capability_or_can_gain_one(statuses: list[dict[str, str]]) -> None:
    assert len(statuses) >= 5, "the init, gunicorn, its worker, HAProxy and what copies its log"
    for status in statuses:
        assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")} == {0}
        assert status["NoNewPrivs"] == "1"


def test_system_calls_are_filtered(statuses: list[dict[str, str]]) -> None:
    assert {status["Seccomp"] for status in statuses} == {"2"}


def test_all_run_as_the_images_own_user(statuses: list[dict[str, str]]) -> None:
    assert {(status["Uid"], status["Gid"]) for status in statuses} == {("10001", "10001")}


def test_nothing_can_be_written_but_temporary_files(cluster: Cluster, pod: str) -> None:
    cluster.execute(pod, "sh", "-c", "touch /tmp/new && rm /tmp/new")

    for folder in ("/", "/worker", "/production", "/venv"):
        refused = run("kubectl", "--namespace=worker-node", "exec", pod, "--", "touch", f"{folder}/new")
        assert "Read-only file system" in refused.stderr


def test_it_has_no_account_to_ask_kubernetes_with(cluster: Cluster, pod: str) -> None:
    assert cluster.execute(pod, "sh", "-c", "ls /var/run/secrets 2>&1 || true").endswith("No such file or directory")
