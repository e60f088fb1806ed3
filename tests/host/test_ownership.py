"""The checkout changes its owner, or is for its owner alone. Each ordinary owner is in ``setups/``."""

import os
import re
from pathlib import Path

from host.conftest import Stack, clone, get, layers, save_notebook
from host.setups.every_setup import in_checkout, owned

# Enters again and again, and looks meanwhile whether the owner has a name.
ENTERING = """
(for _ in $(seq 100); do as-owner true; done; touch /tmp/entered) &
until [ -e /tmp/entered ]; do grep -q ^developer: /etc/passwd || echo missing; done
"""


def test_what_a_volume_holds_changes_hands_with_the_checkout(stack: Stack) -> None:
    tokens = set()
    for uid in (0, 1000, 1001):
        with owned(stack.folder, uid):
            stack.compose("up", "--detach", "--wait")
            tokens.add(stack.token)
            save_notebook(stack.notebooks_port, min(tokens), f"notebooks/saved-as-{uid}.ipynb")

            owner = in_checkout(stack.folder, f"stat -c %u:%g /checkout/notebooks/saved-as-{uid}.ipynb")
            of_packages = stack.compose("exec", "--no-TTY", "notebooks", "sh", "-c", "stat -c %u $ADDED_PACKAGES/.")
            log = stack.logs("notebooks")
            stack.compose("stop")

        assert owner == f"{uid}:{uid}"
        assert of_packages == str(uid)
        assert "Permission" not in log
    assert len(tokens) == 1, "the login is kept"


def test_the_owner_has_a_name_at_any_moment(stack: Stack) -> None:
    stack.compose("up", "--detach", "--wait", "notebooks")

    assert stack.compose("exec", "--no-TTY", "notebooks", "sh", "-c", ENTERING) == ""


def test_a_checkout_that_its_owner_cannot_write_to_is_said_at_the_start(stack: Stack) -> None:
    (stack.folder / "read-only.yaml").write_text(
        "services: { worker-node: { volumes: [./worker-node:/workspace/worker-node:ro] } }"
    )

    stack.compose("-f", "compose.yaml", "-f", "read-only.yaml", "up", "--detach", "--wait", "worker-node")

    (said,) = re.findall(r".*saving.*", stack.logs("worker-node"))
    assert said.startswith("/workspace/worker-node cannot be written to by uid ")
    assert stack.get("/demo") == (200, "Ok")


def test_a_checkout_for_its_owner_only_makes_a_production_image_that_serves(stack: Stack) -> None:
    with owned(stack.folder, os.getuid(), mask="077"):
        stack.compose("up", "--detach", "--wait", "--scale", "production=1", "production")

        assert get(f"http://127.0.0.1:{stack.production_port}/demo") == (200, "Ok")


def test_what_was_built_for_one_checkout_is_not_built_anew_for_one_with_other_rights(
    stack: Stack, tmp_path: Path
) -> None:
    private = Stack(clone(tmp_path / f"private-{os.getpid()}"))
    try:
        with owned(private.folder, os.getuid(), mask="077"):
            assert layers(private, "notebooks") == layers(stack, "notebooks")
    finally:
        private.down()
