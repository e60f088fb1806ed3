"""An app or a kernel that uses up the memory of its container is told apart from one that somebody killed.

Without a limit, and on any engine: packages/*/tests, test_memory.py in each.
"""

import json

import pytest

from host.conftest import Stack, output
from support.waiting import wait_for

LIMITED = """
services:
  worker-node: { mem_limit: 256m, memswap_limit: 256m }
  notebooks: { mem_limit: 512m, memswap_limit: 512m }
"""
ROUTES = """

@general.get("/bytes/<int:size>")
def bytes_of(size: int) -> str:
    return str(len(b"x" * size))


@general.get("/pid")
def pid() -> str:
    import os

    return str(os.getpid())
"""
OUT_OF_MEMORY = "it ran out of memory and was killed (the container's limit is 256 MiB: raise it, or use less)"
KILLED = "it was ended by SIGKILL"


@pytest.fixture(autouse=True)
def kills_are_counted(stack: Stack) -> None:
    if output(*stack.engine, "info", "--format", "{{.CgroupVersion}}") != "2":
        pytest.skip("this engine has control groups of version 1, in which kills are not counted")


def assert_crashed(stack: Stack, how: str) -> None:
    """This is said in the log and in the status, and the app is there again."""
    sentence = f"The app's process crashed: {how}. It is started anew."
    # A client may know of the end sooner than the server, and Docker's log has a line later than it is written.
    wait_for("the sentence", lambda: sentence in stack.logs("worker-node"))
    assert json.loads(stack.get("/__hotreload__")[1])["crash"] == how
    wait_for("the app", lambda: stack.get("/demo") == (200, "Ok"))


def test_the_log_and_the_status_say_which_it_was(stack: Stack) -> None:
    (stack.folder / "compose.override.yaml").write_text(LIMITED)
    stack.compose("up", "--detach", "--wait", "worker-node")
    with (stack.folder / "worker-node/routes/general_routes.py").open("a") as routes:
        routes.write(ROUTES)
    wait_for("the routes", lambda: stack.get("/bytes/1") == (200, "1"))

    assert stack.get("/bytes/1000000000")[0] == 0
    assert_crashed(stack, OUT_OF_MEMORY)

    stack.compose("exec", "--no-TTY", "worker-node", "as-owner", "sh", "-c", f"kill -9 {stack.get('/pid')[1]}")
    assert_crashed(stack, KILLED)


# Prints what the first cell shows after the kernel has used up the memory and was restarted, as Jupyter does it.
RESTARTED = """
import time
from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel()
client.execute("b'x' * 1_000_000_000")
while manager.is_alive():
    time.sleep(0.1)
client.stop_channels()
manager.restart_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
client.execute_interactive("1", output_hook=lambda shown: print(shown["content"].get("text", "")), timeout=60)
client.stop_channels()
manager.shutdown_kernel(now=True)
"""


def test_a_kernel_that_ran_out_of_memory_says_so(stack: Stack) -> None:
    (stack.folder / "compose.override.yaml").write_text(LIMITED)
    stack.compose("up", "--detach", "--wait", "notebooks")

    shown = stack.compose("exec", "--no-TTY", "notebooks", "as-owner", "python", "-c", RESTARTED)

    assert "The kernel was restarted: the one before was killed, since memory ran out." in shown
