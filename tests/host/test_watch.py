"""``docker compose up --watch``: saves do not need it, and a changed lock builds the image anew."""

import re
import signal
from pathlib import Path

from host.conftest import Stack
from support.waiting import wait_for


def test_a_changed_lock_builds_the_image_anew(stack: Stack, tmp_path: Path) -> None:
    log = tmp_path / "log"
    up = stack.up_attached(log, "--watch", "worker-node")
    try:
        wait_for("Ok", lambda: stack.get("/demo") == (200, "Ok"), timeout=120)
        wait_for("watching", lambda: "Watch enabled" in log.read_text(), timeout=60)
        first = stack.compose("images", "--quiet", "worker-node")

        lock = stack.folder / "worker-node/requirements-dev.txt"
        lock.write_text(lock.read_text().replace("flask==", "\n# again\nflask=="))

        # None or two are listed while one container replaces the other.
        another = re.compile(rf"(?!{first})\w+")
        wait_for("another", lambda: another.fullmatch(stack.compose("images", "--quiet", "worker-node")), timeout=180)
        wait_for("Ok", lambda: stack.get("/demo") == (200, "Ok"))
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(timeout=60)
