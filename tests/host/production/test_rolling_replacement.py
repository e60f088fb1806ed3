"""Two replicas behind a real load balancer are replaced one by one, and no client notices.

HAProxy finds replicas by Docker's DNS and asks their readiness, as an ingress does. It sends no request
twice. It may only try another replica where a connection is refused: it uses a new one until its
first check fails, and Docker announces a container before there is a server in it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from host.conftest import BASE_IMAGE, get, output
from host.production.conftest import Load
from hotreload_support.ports import free_port
from support.waiting import wait_for

COMPOSE = """\
services:
  app:
    image: {image}
    scale: 2
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    environment: {{ DRAIN_SECONDS: 2 }}
  balancer:
    build: .
    ports: ["127.0.0.1:{port}:8404"]
"""
DOCKERFILE = f"""\
FROM {BASE_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/*
COPY haproxy.cfg /
CMD ["haproxy", "-db", "-f", "/haproxy.cfg"]
"""
HAPROXY = """\
defaults
    mode http
    retries 3
    retry-on conn-failure
    option redispatch 1
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout check 5s
resolvers docker
    nameserver dns 127.0.0.11:53
    hold valid 100ms
    timeout resolve 200ms
frontend in
    bind :80
    default_backend replicas
backend replicas
    option httpchk GET /readyz
    http-reuse safe
    default-server check inter 200ms fall 1 rise 1 resolvers docker init-addr none
    server-template replica 6 app:7500
frontend statistics
    bind :8404
    stats enable
    stats uri /
"""
REPLACEMENTS = 2
REQUESTS = 5000


@pytest.fixture
def project(image_with_test_routes: str, tmp_path: Path) -> Iterator[tuple[Path, int]]:
    port = free_port()
    folder = tmp_path / "rolling"
    folder.mkdir()
    (folder / "compose.yaml").write_text(COMPOSE.format(image=image_with_test_routes, port=port))
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "haproxy.cfg").write_text(HAPROXY)
    try:
        compose(folder, "up", "--detach", "--wait")
        yield folder, port
    finally:
        compose(folder, "down", "--volumes", "--rmi", "local", "--timeout", "1")


def compose(folder: Path, *arguments: str) -> str:
    return output("docker", "compose", *arguments, cwd=folder)


def replicas_in_use(port: int) -> int:
    _, table = get(f"http://127.0.0.1:{port}/;csv")
    rows = (line.split(",") for line in table.splitlines())
    return sum(row[:1] == ["replicas"] and row[1].startswith("replica") and row[17] == "UP" for row in rows)


def replace_the_oldest(folder: Path, port: int) -> None:
    """As an orchestrator does: a new replica, and when it is ready, the end of the oldest."""
    oldest = compose(folder, "ps", "--quiet", "app").split()
    oldest.sort(key=lambda container: output("docker", "inspect", "--format", "{{.Created}}", container))
    compose(folder, "up", "--detach", "--wait", "--no-recreate", "--scale", "app=3", "app")
    wait_for("three replicas", lambda: replicas_in_use(port) == 3)
    output("docker", "stop", "--time", "30", oldest[0])  # as Kubernetes waits
    assert output("docker", "inspect", "--format", "{{.State.ExitCode}}", oldest[0]) == "0"
    output("docker", "rm", oldest[0])
    wait_for("two replicas", lambda: replicas_in_use(port) == 2)


def test_no_request_fails_while_all_replicas_are_replaced(
    project: tuple[Path, int], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, port = project
    wait_for("both replicas", lambda: replicas_in_use(port) == 2)

    served = 0
    lost: list[str] = []
    while served < REQUESTS and not lost:  # how many they are until both are replaced depends on the machine
        load = Load("balancer", 80, "--until-told", "--pause=0.02", network="rolling_default")
        for _ in range(REPLACEMENTS):
            replace_the_oldest(folder, port)
        result = load.result()
        lost += result["lost"]
        served += result["served"]

    with capsys.disabled():
        print(f"\nrolling replacement: {served} requests, {len(lost)} failed")  # noqa: T201
    assert lost == []
