"""Files that containers write belong to whoever owns the checkout, whatever the uid."""

import os
import re
from pathlib import Path

import pytest

from host.conftest import BASE_IMAGE, Stack, get, output, save_notebook
from support.waiting import wait_for

# A container changes the owner, so that this suite itself needs no root.
CHOWN = """
chown -R {uid}:{uid} /checkout
[ {mask} = 022 ] || chmod -R go= /checkout
"""
LIST = "cd /checkout && find . -path ./.git -prune -o -printf '%U:%G %p\\n'"


def in_checkout(folder: Path, script: str) -> str:
    return output("docker", "run", "--rm", "--volume", f"{folder}:/checkout", BASE_IMAGE, "sh", "-c", script)


@pytest.mark.parametrize(("uid", "mask"), [(1000, "022"), (1001, "022"), (1001, "077"), (0, "022")])
def test_what_containers_write_belongs_to_the_owner(stack: Stack, uid: int, mask: str) -> None:
    in_checkout(stack.folder, CHOWN.format(uid=uid, mask=mask))
    try:
        stack.compose("up", "--detach", "--wait")
        token = wait_for("the link", lambda: re.search(r"token=(\w+)", stack.logs("notebooks")))[1]

        save_notebook(stack.notebooks_port, token, "notebooks/saved.ipynb")
        page = get(f"http://127.0.0.1:{stack.notebooks_port}/lab?token={token}")
        log = stack.logs("notebooks") + stack.logs("worker-node")
        files = in_checkout(stack.folder, LIST).splitlines()
    finally:
        in_checkout(stack.folder, f"chown -R {os.getuid()}:{os.getgid()} /checkout && chmod -R u+rwX,go+rX /checkout")

    assert page[0] == 200
    assert "<title>JupyterLab</title>" in page[1]
    assert "Permission" not in log
    assert f"{uid}:{uid} ./notebooks/saved.ipynb" in files
    assert [line for line in files if line.endswith("worker-node/__pycache__")] == [
        f"{uid}:{uid} ./worker-node/__pycache__"
    ]
    assert [line for line in files if not line.startswith(f"{uid}:{uid} ")] == []


def test_a_checkout_for_its_owner_only_makes_a_production_image_that_serves(stack: Stack) -> None:
    in_checkout(stack.folder, CHOWN.format(uid=os.getuid(), mask="077"))

    stack.compose("up", "--detach", "--wait", "--scale", "production=1", "production")

    assert get(f"http://127.0.0.1:{stack.production_port}/demo") == (200, "Ok")
