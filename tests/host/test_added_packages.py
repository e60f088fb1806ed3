"""What ``%add`` has added stays: over a restart, for the lock command, and in the next images."""

from host.conftest import Stack, output

PACKAGE = "humanize"
# Runs a cell in a kernel beside those of JupyterLab, and prints what it shows.
RUN_CELL = f"""
from jupyter_client.manager import run_kernel
with run_kernel() as client:
    def show(message):
        content = message["content"]
        print(content.get("text") or content.get("evalue") or content.get("data", {{}}).get("text/plain", ""))
    client.execute_interactive("%add {PACKAGE}", timeout=180, output_hook=show)
"""
WHERE = f"import {PACKAGE}; print({PACKAGE}.__file__)"


def test_a_package_that_was_added_stays(stack: Stack) -> None:
    stack.compose("up", "--detach", "--wait")
    kernel = ("exec", "--no-TTY", "notebooks", "as-owner", "python")
    app = ("exec", "--no-TTY", "worker-node", "as-owner", "python")

    shown = stack.compose(*kernel, "-c", RUN_CELL)

    assert "worker-node/requirements.in and in all locks" in shown
    stack.compose("down")
    stack.compose("up", "--detach", "--wait")
    for container in (app, kernel):
        assert stack.compose(*container, "-c", WHERE).startswith("/opt/added/site-packages/")

    changed = output("git", "diff", cwd=stack.folder)
    stack.compose("run", "--rm", "lock")
    # But for the wheels of the tools, which it builds.
    assert output("git", "diff", "--", ":!wheels", cwd=stack.folder) == changed

    stack.compose("up", "--detach", "--wait", "--build", "worker-node")
    assert stack.compose(*app, "-c", WHERE).startswith("/usr/local/lib/")
    stack.compose("build", "production")
    where = output("docker", "run", "--rm", "--entrypoint", "python", stack.production_image, "-c", WHERE)
    assert PACKAGE in where
