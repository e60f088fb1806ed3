"""Each mistake gets one clear message, nothing restarts in a loop, and it works once mended."""

import re
import socket

import pytest

from host.conftest import Stack
from support.waiting import wait_for

UP = ("up", "--detach", "--wait")


def test_an_unknown_environment_ends_the_start_with_one_sentence(stack: Stack) -> None:
    stack.environment["ENVIRONMENT"] = "STAGING"

    assert stack.run(*UP).returncode != 0

    assert stack.logs("worker-node") == "ENVIRONMENT is 'STAGING', which is not known: set it to DEV or PROD."
    assert stack.inspect("worker-node", "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}") == "exited 1 0"

    stack.environment["ENVIRONMENT"] = "DEV"
    stack.compose(*UP)
    assert stack.get("/demo") == (200, "Ok")


def test_an_unknown_way_to_watch_ends_the_start_with_one_sentence(stack: Stack) -> None:
    stack.environment["HOTRELOAD_WATCH"] = "sometimes"

    assert stack.run(*UP).returncode != 0

    assert stack.logs("worker-node") == (
        "HOTRELOAD_WATCH is 'sometimes', which is not known: set it to auto, events or polling."
    )


def test_an_unknown_way_to_save_notebooks_ends_the_start_with_one_sentence(stack: Stack) -> None:
    stack.environment["NOTEBOOK_OUTPUTS"] = "sometimes"

    assert stack.run(*UP).returncode != 0

    assert stack.logs("notebooks") == "NOTEBOOK_OUTPUTS is 'sometimes', which is not known: set it to keep or strip."


@pytest.mark.parametrize("content", [None, ""], ids=["missing", "empty"])
def test_without_knobs_the_defaults_hold(stack: Stack, content: str | None) -> None:
    env = stack.folder / ".env"
    env.unlink()
    if content is not None:
        env.write_text(content)

    stack.compose(*UP)

    assert stack.get("/demo") == (200, "Ok")


def test_a_taken_port_is_named_and_the_stack_starts_once_it_is_free(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", stack.port)):
        refused = stack.run(*UP)

    assert refused.returncode != 0
    message = refused.stderr.splitlines()[-1]
    assert str(stack.port) in message
    assert "address already in use" in message or "port is already allocated" in message

    stack.compose(*UP)
    assert stack.get("/demo") == (200, "Ok")


def test_an_app_that_is_broken_at_the_first_start_says_so_once_and_is_mended_by_a_save(stack: Stack) -> None:
    app = stack.folder / "worker-node/app.py"
    good = app.read_text()
    app.write_text("def create_app(:\n")

    stack.compose("up", "--detach")
    wait_for("an answer", lambda: stack.get("/demo")[0] != 0)
    status, text = stack.get("/demo")
    assert status == 500
    assert text.startswith("The app cannot be loaded: SyntaxError: invalid syntax")
    assert stack.logs("worker-node").count("Error") == 2, "the sentence, and the last line of its traceback"

    app.write_text(good)

    wait_for("Ok", lambda: stack.get("/demo") == (200, "Ok"))
    wait_for("health", lambda: stack.inspect("worker-node", "{{.State.Health.Status}}") == "healthy", timeout=60)
    assert stack.inspect("worker-node", "{{.RestartCount}}") == "0"


def test_a_lock_that_does_not_match_its_hashes_is_refused_by_the_build(stack: Stack) -> None:
    lock = stack.folder / "production/requirements.txt"
    good = lock.read_text()
    lock.write_text(with_wrong_hashes(good, "flask"))

    refused = stack.run("build", "production")

    assert refused.returncode != 0
    said = refused.stdout + refused.stderr
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in said
    assert "flask" in said.partition("DO NOT MATCH")[2]

    lock.write_text(good)
    stack.compose("build", "production")


def with_wrong_hashes(lock: str, package: str) -> str:
    """The lock with one hash for the package, of nothing that was ever published."""
    pinned = re.compile(rf"^({package}==\S+)(?: \\\n +--hash=\S+)+\n", re.MULTILINE)
    return pinned.sub(rf"\1 --hash=sha256:{'0' * 64}\n", lock)


def test_a_start_without_its_source_says_what_is_missing(stack: Stack) -> None:
    stack.compose("build", "worker-node")

    refused = stack.run("run", "--rm", "--no-deps", "--env", "CHECKOUT=/nowhere", "worker-node")

    assert refused.returncode == 1
    assert "/nowhere is not mounted" in refused.stderr
