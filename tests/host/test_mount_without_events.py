"""A mount that announces no saves, as Docker Desktop's do not: FUSE, changed behind its back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from host.conftest import Stack, get, output, run
from hotreload_support.ports import free_port
from support.waiting import wait_for

IMAGE = "hotreload-on-fuse"
APP = "from werkzeug import Response\n\n\ndef create_app():\n    return Response('{}')\n"
DOCKERFILE = """\
FROM {base}
RUN apt-get update && apt-get install -y --no-install-recommends bindfs && rm -rf /var/lib/apt/lists/*
"""
SERVE = """\
mkdir /behind /mounted && cp /app.py /behind && bindfs /behind /mounted && cd /mounted &&
exec python -m wsgi_hotreload app:create_app --host 0.0.0.0 --port 7500
"""


@pytest.fixture
def container(stack: Stack) -> Iterator[tuple[str, str]]:
    """A container that serves from a FUSE mount, and its address."""
    stack.compose("build", "worker-node")
    folder = stack.folder / "fuse"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE.format(base=f"{stack.folder.name}-worker-node"))
    (folder / "app.py").write_text(APP.format("first"))
    output("docker", "build", "--quiet", "--tag", IMAGE, folder)
    port = free_port()
    fuse = ["--device", "/dev/fuse", "--cap-add", "SYS_ADMIN", "--security-opt", "apparmor=unconfined"]
    shared = ["--volume", f"{folder}/app.py:/app.py:ro", "--publish", f"127.0.0.1:{port}:7500"]
    command = ["docker", "run", "--detach", "--init", *fuse, *shared]
    name = output(*command, "--entrypoint", "sh", IMAGE, "-euc", SERVE)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for("the first answer", lambda: get(url) == (200, "first"))
        yield name, url
    finally:
        output("docker", "rm", "--force", name)
        output("docker", "image", "rm", "--force", IMAGE)


@pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="no FUSE here")
def test_saves_behind_a_fuse_mount_are_found_by_polling(container: tuple[str, str]) -> None:
    name, url = container
    assert "by polling (fuse mount)" in run("docker", "logs", name).stderr

    for number in range(100, 105):
        output("docker", "exec", name, "python", "-c", f"open('/behind/app.py', 'w').write({APP.format(number)!r})")
        wait_for(str(number), lambda number=number: get(url) == (200, str(number)))  # type: ignore[misc]
