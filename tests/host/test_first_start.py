"""A fresh clone, one command."""

import re
import signal
import socket
import time
from pathlib import Path

import pytest

from host.conftest import Stack, get, inspect_image, output, run
from support.waiting import wait_for


def test_the_app_answers(running_stack: Stack) -> None:
    assert running_stack.get("/demo") == (200, "Ok")


def test_a_notebook_reaches_the_app_by_its_name(running_stack: Stack) -> None:
    program = "import requests; print(requests.get('http://worker-node:7500/demo').text)"

    assert running_stack.compose("exec", "notebooks", "as-owner", "python", "-c", program) == "Ok"


def test_the_log_ends_with_the_two_addresses_to_open(running_stack: Stack) -> None:
    lines = wait_for("the addresses", lambda: re.findall(r"http://\S+", running_stack.logs("notebooks")))

    assert lines[0] == f"http://localhost:{running_stack.port}/demo"
    assert lines[1].startswith(f"http://localhost:{running_stack.notebooks_port}/lab/tree/notebooks/testing/")
    assert get(lines[0]) == (200, "Ok")
    status, page = get(lines[1])
    assert status == 200
    assert "<title>JupyterLab</title>" in page


def test_jupyter_wants_the_token(running_stack: Stack) -> None:
    status, page = get(f"http://localhost:{running_stack.notebooks_port}/lab")

    assert 'id="password_input"' in page, status
    assert get(f"http://localhost:{running_stack.notebooks_port}/api/kernels")[0] == 403


@pytest.mark.parametrize("service", ["worker-node", "notebooks"])
def test_published_ports_are_for_this_machine_only(running_stack: Stack, service: str) -> None:
    template = "{{range .NetworkSettings.Ports}}{{range .}}{{.HostIp}} {{end}}{{end}}"

    assert set(running_stack.inspect(service, template).split()) == {"127.0.0.1"}


def test_other_addresses_of_this_machine_refuse(running_stack: Stack) -> None:
    gateway = output("docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")

    for port in (running_stack.port, running_stack.notebooks_port):
        with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
            socket.create_connection((gateway, port), timeout=2).close()


def test_the_production_image_is_not_started(running_stack: Stack) -> None:
    services = running_stack.compose("ps", "--all", "--services").split()

    assert sorted(services) == ["notebooks", "worker-node"]


# For each process its command line, then the lines of its status that say what it may.
RIGHTS = """
for process in /proc/[0-9]*; do
    tr '\\0' ' ' <$process/cmdline
    grep -E '^(CapEff|CapBnd|NoNewPrivs)' $process/status | tr '\\n' ' '
    echo
done
"""


@pytest.mark.parametrize("service", ["worker-node", "notebooks"])
def test_no_process_has_a_capability_and_cannot_gain_one(running_stack: Stack, service: str) -> None:
    processes = running_stack.compose("exec", service, "sh", "-c", RIGHTS).splitlines()

    rights = [
        line.split("CapEff:")[1].split()
        for line in processes
        if line.startswith(("tini ", "python ", "/usr/local/bin/python"))
    ]
    assert rights
    assert set(map(tuple, rights)) == {("0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1")}


def test_no_image_has_a_left_over_cache(running_stack: Stack) -> None:
    assert running_stack.compose("exec", "notebooks", "find", "/root", "/home", "-name", "*cache*") == ""


def test_sizes_of_images_are_reported(running_stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("worker-node", "notebooks")
    sizes = {name: inspect_image(f"{running_stack.folder.name}-{name}")["Size"] / 1e6 for name in names}
    with capsys.disabled():
        print("\n" + ", ".join(f"{name}: {size:.0f} MB" for name, size in sizes.items()))  # noqa: T201

    assert sizes["worker-node"] <= 170
    assert sizes["notebooks"] <= 480


def test_the_checkout_stays_clean(running_stack: Stack) -> None:
    assert output("git", "status", "--porcelain", cwd=running_stack.folder) == ""


# So that a container which does not end by itself is told from a busy machine: `up --timeout` is not for this.
PATIENTLY = "services:\n  worker-node: { stop_grace_period: 60s }\n  notebooks: { stop_grace_period: 60s }\n"


@pytest.mark.parametrize(("terminal", "code"), [(True, 0), (False, 130)], ids=["terminal", "no terminal"])
def test_ctrl_c_ends_all_and_kills_nothing(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str], terminal: bool, code: int
) -> None:
    """In a terminal Compose reads Ctrl-C as a key of its menu, and exits with 0 when all containers have ended.

    Whenever it gets a signal instead, as without a terminal, it exits with 130 (128 and the number of SIGINT),
    however they have ended: https://github.com/docker/compose/blob/v2.40.3/cmd/compose/compose.go
    """
    (stack.folder / "compose.override.yaml").write_text(PATIENTLY)
    log = tmp_path / "log"
    with stack.up_attached(log, terminal=terminal) as up:
        try:
            link = wait_for("the link", lambda: re.search(r"http://\S+token=(\w+)", log.read_text()), timeout=120)
            kernels = f"http://localhost:{stack.notebooks_port}/api/kernels"
            started = run("curl", "-s", "-X", "POST", "-H", f"Authorization: token {link[1]}", kernels)
            assert '"id"' in started.stdout
        finally:
            began = time.monotonic()
            if up.stdin:
                up.stdin.write(b"\x03")
                up.stdin.flush()
            else:
                up.send_signal(signal.SIGINT)
            ended = up.wait(timeout=60)
            seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\nCtrl-C: exit code {ended} after {seconds:.1f} s")  # noqa: T201

    assert ended == code, log.read_text()
    assert {stack.inspect(service, "{{.State.ExitCode}}") for service in ("worker-node", "notebooks")} == {"0"}


def test_the_login_outlives_the_containers(stack: Stack) -> None:
    stack.compose("up", "--detach", "--wait")
    first = stack.token
    stack.compose("down")
    stack.compose("up", "--detach", "--wait")

    assert stack.token == first


def test_one_documented_command_runs_the_production_image_beside_the_stack(running_stack: Stack) -> None:
    running_stack.compose("up", "--detach", "--wait", "--scale", "production=1", "production")

    assert get(f"http://127.0.0.1:{running_stack.production_port}/demo") == (200, "Ok")
    assert running_stack.get("/demo") == (200, "Ok")


def test_locking_again_changes_nothing(running_stack: Stack) -> None:
    running_stack.compose("run", "--rm", "lock")

    assert output("git", "diff", "--stat", cwd=running_stack.folder) == ""
