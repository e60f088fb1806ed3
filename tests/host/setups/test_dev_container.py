"""What an editor does in the dev container."""

import json
import os
from collections.abc import Iterator

import pytest

from host.conftest import Stack, clone
from host.setups.dev_container import CODESPACE, OWNER, devcontainer, stack_of, up
from host.setups.every_setup import LIST_OWNERS, in_checkout, owned

COMMIT = """
git -c user.name=a -c user.email=a@b commit --quiet --allow-empty --message -
touch made
git status --porcelain
id --user --name
id --user
"""
# Stops at a breakpoint in a route, by the launch configuration.
DEBUG = """
import json, re, sys, threading
from pathlib import Path
import requests
sys.path.insert(0, "packages/wsgi-hotreload/tests")
from hotreload_support.debug_adapter import Debugger
from hotreload_support.waiting import wait_for

launch = re.sub(r"^\\s*//.*", "", Path(".vscode/launch.json").read_text(), flags=re.MULTILINE)
launch = json.loads(launch.replace("${workspaceFolder}", "/workspace"))
configuration, = (one for one in launch["configurations"] if "dev container" in one["name"])
routes = Path("/workspace/worker-node/routes/general_routes.py")
line = routes.read_text().splitlines().index('    return "Ok"') + 1
connect = configuration["connect"]
debugger = Debugger(connect["port"], {routes: [line]}, configuration, host=connect["host"])
wait_for("the worker that serves, and the one that waits", lambda: len(debugger.children) >= 2)
threading.Thread(target=requests.get, args=["http://worker-node:7500/demo"]).start()
session, _ = debugger.stopped.get(timeout=60)
print(session.ask("threads")["threads"] and "stopped")
debugger.close()
"""
# Logs in to JupyterLab and opens its events, as a browser does that comes from an origin, and prints the status.
WEBSOCKET = """
import http.client, sys
host, origin = sys.argv[1:]
token = open("/run/jupyter/token").read()
connection = http.client.HTTPConnection("notebooks", 8888)
connection.request("GET", f"/api/status?token={token}", headers={"Host": host})
response = connection.getresponse()
response.read()
cookies = "; ".join(cookie.partition(";")[0] for cookie in response.headers.get_all("Set-Cookie", []))
upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAA"}
headers = {"Host": host, "Origin": origin, "Cookie": cookies}
connection.request("GET", "/api/events/subscribe", headers=headers | upgrade)
print(connection.getresponse().status)
"""
FORWARDED = f"{CODESPACE['CODESPACE_NAME']}-8888.app.github.dev"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = clone(tmp_path_factory.mktemp("opened") / f"opened-{os.getpid()}")
    with owned(folder, OWNER), stack_of(folder) as stack:
        answer = up(stack)
        assert (answer["outcome"], answer["remoteUser"]) == ("success", "developer")
        yield stack


@pytest.fixture(scope="module")
def configuration(opened: Stack) -> dict[str, object]:
    read: dict[str, object] = json.loads(devcontainer(opened, "read-configuration"))["configuration"]
    return read


def test_who_works_there_is_the_owner_of_the_checkout(opened: Stack) -> None:
    printed = devcontainer(opened, "exec", "sh", "-euc", COMMIT)
    files = in_checkout(opened.folder, LIST_OWNERS.replace("-path ./.git -prune -o", "")).splitlines()

    assert printed.split() == ["??", "made", "developer", str(OWNER)]
    assert f"{OWNER}:{OWNER} ./made" in files
    assert [line for line in files if not line.startswith(f"{OWNER}:{OWNER} ")] == []


def test_the_editor_finds_and_runs_the_tests(opened: Stack, configuration: dict[str, object]) -> None:
    settings: dict[str, list[str]] = configuration["customizations"]["vscode"]["settings"]  # type: ignore[index]
    pytest_there = ("python", "-m", "pytest", *settings["python.testing.pytestArgs"])

    assert "worker-node/tests/test_app.py::" in devcontainer(opened, "exec", *pytest_there, "--collect-only", "--quiet")
    assert " passed" in devcontainer(opened, "exec", *pytest_there).splitlines()[-1]


def test_its_launch_configuration_attaches_to_the_app(opened: Stack) -> None:
    assert devcontainer(opened, "exec", "python", "-c", DEBUG) == "stopped"


def test_what_is_forwarded_responds(opened: Stack, configuration: dict[str, list[str]]) -> None:
    app, jupyter = configuration["forwardPorts"]

    assert devcontainer(opened, "exec", "curl", "--silent", f"http://{app}/demo") == "Ok"
    assert '"version"' in devcontainer(opened, "exec", "curl", "--silent", f"http://{jupyter}/api")


def test_the_link_that_is_shown_opens_jupyterlab(opened: Stack, configuration: dict[str, str]) -> None:
    shown = devcontainer(opened, "exec", "sh", "-c", configuration["postAttachCommand"])
    link = shown.split()[-1].replace("localhost:8888", "notebooks:8888")

    assert "<title>JupyterLab</title>" in devcontainer(opened, "exec", "curl", "--silent", "--location", link)


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        (FORWARDED, f"https://{FORWARDED}", "101"),
        (FORWARDED, "http://localhost:8888", "101"),
        ("localhost:8888", f"https://{FORWARDED}", "101"),
        (FORWARDED, "https://evil.example", "403"),
        (f"evil-{FORWARDED}", f"https://evil-{FORWARDED}", "403"),
    ],
)
def test_jupyterlab_knows_the_name_by_which_a_codespace_forwards_it(
    opened: Stack, host: str, origin: str, status: str
) -> None:
    assert devcontainer(opened, "exec", "python", "-c", WEBSOCKET, host, origin) == status
