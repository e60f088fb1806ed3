"""What people bring along works the same in DEV and in the production image: pages, uploads, WebSockets."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host.conftest import Stack, clone

EXAMPLES = Path(__file__).parent / "examples"
SOCKET_IO = """\
from flask import Flask
from flask_socketio import SocketIO, emit

def create_app():
    app = Flask(__name__)
    socketio = SocketIO(app, async_mode="threading")
    socketio.on_event("shout", lambda text: emit("echo", text.upper()))
    return app
"""
SOCKET_IO_CLIENT = """\
import sys, socketio
for transports in (["polling"], ["websocket"], ["polling", "websocket"]):
    client = socketio.SimpleClient()
    client.connect(f"http://{sys.argv[1]}", transports=transports)
    client.emit("shout", "hello")
    print(*client.receive(timeout=10))
    client.disconnect()
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A clone whose packages are those of the examples, locked and built by the README's commands."""
    stack = Stack(clone(tmp_path_factory.mktemp("examples") / "examples"), {"IMAGE_TAG": "examples"})
    asked = stack.folder / "worker-node/requirements.in"
    asked.write_text(asked.read_text() + "flask-sock\nflask-socketio\npython-socketio[client]\n")
    try:
        stack.compose("run", "--rm", "lock")
        stack.compose("build", "worker-node", "production")
        yield stack
    finally:
        stack.down()


def start(stack: Stack, **environment: str) -> None:
    """Both, of the app as it is now."""
    stack.environment |= environment
    stack.compose("build", "production")
    stack.compose(
        "up", "--detach", "--wait", "--force-recreate", "--scale", "production=1", "worker-node", "production"
    )


def ask(stack: Stack, program: str, address: str) -> str:
    """What a client in the network prints."""
    return stack.compose("exec", "--no-TTY", "worker-node", "as-owner", "python", "-c", program, address)


def test_a_page_an_upload_and_an_echo_are_the_same(stack: Stack) -> None:
    shutil.copytree(EXAMPLES, stack.folder / "worker-node", dirs_exist_ok=True)
    start(stack)
    client = (EXAMPLES / "client.py").read_text()

    in_development = ask(stack, client, "worker-node:7500")

    seen: Any = json.loads(in_development)
    assert "<p>Hello &lt;Ada&gt;</p>" in seen["page"]
    assert seen["stylesheet"] == "body { color: darkgreen }\n"
    assert seen["upload"] == {"name": "a.bin", "bytes": 3_000_000, "note": "hello"}
    assert seen["echo"] == ["small", "largelarge"]
    assert ask(stack, client, "production:7500") == in_development


def test_socket_io_is_the_same_with_one_worker(stack: Stack) -> None:
    (stack.folder / "worker-node/app.py").write_text(SOCKET_IO)
    override = stack.folder / "compose.override.yaml"
    override.write_text("services: { production: { environment: { WORKERS: 1 } } }\n")
    start(stack)
    override.unlink()

    for address in ("worker-node:7500", "production:7500"):
        assert ask(stack, SOCKET_IO_CLIENT, address).splitlines() == ["echo HELLO"] * 3


def test_socket_io_with_several_workers_is_told_what_to_do(stack: Stack) -> None:
    (stack.folder / "worker-node/app.py").write_text(SOCKET_IO)
    start(stack)

    assert "Flask-SocketIO keeps clients in one process: set WORKERS=1, or use WebSockets only." in (
        stack.logs("production")
    )
