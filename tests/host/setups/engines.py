"""Stacks on other engines than the machine's own."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from host.conftest import BASE_IMAGE, Stack, clone, output, run
from support.waiting import wait_for

ENGINES = Path(__file__).parent / "engine"
REMAPPING = "dockerd --host unix://{socket} --userns-remap dockremap >/dev/null 2>&1 &"
ROOTLESS = """
chmod 666 /dev/net/tun; mount --make-rshared /; install -d -o person /run/user/1000
runuser -u person -- env HOME=/home/person XDG_RUNTIME_DIR=/run/user/1000 PATH="$PATH:/usr/share/docker.io/contrib" \\
    dockerd-rootless.sh --host unix://{socket} >/dev/null 2>&1 &
"""
# From where the machine publishes a port to where the engine does: its own loopback address.
FORWARD = "socat TCP-LISTEN:{port},bind=$(hostname -i),fork,reuseaddr TCP:127.0.0.1:{port} &"

SERVICES = ("worker-node", "notebooks")
# Their images on their way to other engines, and production's.
ARCHIVED = f"archived-{os.getpid()}"
# Beside the folders of set-ups: see conftest.py, which deletes it.
ARCHIVE = "images.tar"


@contextmanager
def engine_container(folder: Path, kind: str, stack: Stack, start: str) -> Iterator[str]:
    """A container in which ``start`` starts an engine, with a folder in it and with the ports of a stack."""
    image = f"worker-node-tests-{kind}"
    output("docker", "build", "--quiet", "--tag", image, "--file", ENGINES / f"{kind}.Dockerfile", ENGINES)
    folder.chmod(0o755)  # for an engine of another user
    script = ["install -d -o person /home/person", start]
    published = []
    for port in (stack.port, stack.notebooks_port, stack.production_port):
        script.append(FORWARD.format(port=port))
        published += ["--publish", f"127.0.0.1:{port}:{port}"]
    mounted = ["--volume", f"{folder}:{folder}"]
    # In memory: an overlay of layers cannot lie on the container's own, and gigabytes that are deleted hold up a disk.
    for storage in ("/var/lib/docker", "/var/lib/containers", "/home"):
        mounted += ["--tmpfs", f"{storage}:exec,suid,dev"]
    command = ["docker", "run", "--detach", "--privileged", "--init", *published, *mounted, image]
    container = output(*command, "sh", "-c", "\n".join([*script, "wait"]))
    try:
        yield container
    finally:
        output("docker", "rm", "--force", container)


def load(folder: Path, engine: Sequence[str], stack: Stack, services: Sequence[str]) -> None:
    """Give another engine a stack's images, those of some services and production's.

    They come from an archive that the first set-up makes.
    """
    archive, archived = folder.with_name(ARCHIVE), Stack(folder.with_name(ARCHIVED))
    if not archive.exists():
        clone(archived.folder)
        archived.compose("build")
        output("docker", "save", "--output", archive, BASE_IMAGE, *_images(archived, SERVICES))
        archived.down()
    output("sh", "-c", 'archive=$1; shift; "$@" <"$archive"', "sh", archive, *engine, "load")
    for there, name in zip(_images(archived, services), _images(stack, services), strict=True):
        output(*engine, "tag", there, name)


def _images(stack: Stack, services: Sequence[str]) -> list[str]:
    return [*map(stack.image, services), stack.production_image]


@contextmanager
def on_engine(folder: Path, start: str, name: str) -> Iterator[Stack]:
    """A clone for an engine that ``start`` starts, which has the stack's images from the machine's own."""
    stack = Stack(clone(folder / f"{name}-{os.getpid()}"))
    socket = folder / "engine/engine.sock"
    socket.parent.mkdir()
    socket.parent.chmod(0o777)
    there = {"DOCKER_HOST": f"unix://{socket}"}
    with engine_container(folder, "docker", stack, start.format(socket=socket)):
        wait_for("the engine", lambda: run("docker", "version", env=there).returncode == 0, timeout=60)
        load(folder, ["docker", "--host", f"unix://{socket}"], stack, SERVICES)
        stack.environment |= there
        yield stack
