"""The set-ups in which everything must work."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from host.conftest import BASE_IMAGE, Stack, clone, output
from host.setups import dev_container
from host.setups.engines import REMAPPING, ROOTLESS, SERVICES, on_engine
from host.setups.podman import PodmanComposeStack, PodmanStack, on_podman

# A container changes the owner, so that this suite itself needs no root.
CHOWN = """
chown -R {uid}:{uid} /checkout
[ {mask} = 022 ] || chmod -R go= /checkout
"""
LIST_OWNERS = "cd /checkout && find . -path ./.git -prune -o -printf '%U:%G %p\\n'"


@dataclass(frozen=True)
class SetUp:
    name: str
    # A context with a clone in this set-up, not started.
    stack: Callable[[Path], AbstractContextManager[Stack]]
    # Of whatever lies in the clone, as the machine sees it.
    owner: int
    up: Callable[[Stack], object] = lambda stack: stack.up()


def in_checkout(folder: Path, script: str) -> str:
    return output("docker", "run", "--rm", "--volume", f"{folder}:/checkout", BASE_IMAGE, "sh", "-c", script)


@contextmanager
def owned(folder: Path, uid: int, mask: str = "022") -> Iterator[None]:
    """A folder that belongs to somebody for a while."""
    in_checkout(folder, CHOWN.format(uid=uid, mask=mask))
    try:
        yield
    finally:
        in_checkout(folder, f"chown -R {os.getuid()}:{os.getgid()} /checkout && chmod -R u+rwX,go+rX /checkout")


def checkout_of(uid: int, mask: str = "022") -> Callable[[Path], AbstractContextManager[Stack]]:
    @contextmanager
    def stack(folder: Path) -> Iterator[Stack]:
        stack = Stack(clone(folder / f"uid-{uid}-{os.getpid()}"))
        with owned(stack.folder, uid, mask):
            yield stack

    return stack


@contextmanager
def behind_a_proxy(folder: Path) -> Iterator[Stack]:
    """A proxy in Docker's configuration, of which all containers hear; nothing answers there."""
    proxies = {"default": {"httpProxy": "http://127.0.0.1:9", "httpsProxy": "http://127.0.0.1:9"}}
    plugins = [str(Path.home() / ".docker/cli-plugins")]
    (folder / "config.json").write_text(json.dumps({"proxies": proxies, "cliPluginsExtraDirs": plugins}))
    yield Stack(clone(folder / f"proxy-{os.getpid()}"), {"DOCKER_CONFIG": str(folder)})


@contextmanager
def in_a_strange_folder(folder: Path) -> Iterator[Stack]:
    yield Stack(clone(folder / "Мои проекты" / "プロジェクト"), {"COMPOSE_PROJECT_NAME": f"strange-{os.getpid()}"})


@contextmanager
def with_remapped_users(folder: Path) -> Iterator[Stack]:
    with on_engine(folder, REMAPPING, "remapped") as stack:
        yield stack


@contextmanager
def rootless(folder: Path) -> Iterator[Stack]:
    """An engine of the person's own, to whom the checkout belongs."""
    with on_engine(folder, ROOTLESS, "rootless") as stack, owned(stack.folder, 1000):
        yield stack


@contextmanager
def podman(folder: Path) -> Iterator[Stack]:
    with on_podman(folder, PodmanStack, "root", loaded=SERVICES) as stack:
        yield stack


@contextmanager
def rootless_podman(folder: Path) -> Iterator[Stack]:
    """The app's image is built there: what the others need takes minutes, and is built likewise."""
    with on_podman(folder, PodmanStack, "person", loaded=["notebooks"]) as stack, owned(stack.folder, 1000):
        yield stack


@contextmanager
def podman_compose(folder: Path) -> Iterator[Stack]:
    with on_podman(folder, PodmanComposeStack, "person", loaded=SERVICES) as stack, owned(stack.folder, 1000):
        yield stack


@contextmanager
def beside_another_clone(folder: Path) -> Iterator[Stack]:
    """The same commit in a folder of the same name, which runs under another project name."""
    name = f"twin-{os.getpid()}"
    other = Stack(clone(folder / "other" / name), {"COMPOSE_PROJECT_NAME": f"other-{name}"})
    try:
        other.compose("up", "--detach", "--wait")
        yield Stack(clone(folder / name))
        assert other.get("/demo") == (200, "Ok")
    finally:
        other.down()


@contextmanager
def beside_services(folder: Path) -> Iterator[Stack]:
    """The lines in ``.env`` that ``compose.services.yaml`` asks for."""
    stack = Stack(clone(folder / f"services-{os.getpid()}"))
    comment = (stack.folder / "compose.services.yaml").read_text().splitlines()
    lines = [line.removeprefix("#   ") for line in comment if line.startswith("#   COMPOSE_")]
    with (stack.folder / ".env").open("a") as env:
        env.write("\n".join(["", *lines, ""]))
    yield stack


@contextmanager
def in_a_dev_container(folder: Path) -> Iterator[Stack]:
    checkout = clone(folder / f"devcontainer-{os.getpid()}")
    with owned(checkout, dev_container.OWNER), dev_container.stack_of(checkout) as stack:
        yield stack


SETUPS = [
    SetUp("uid 0", checkout_of(0), owner=0),
    SetUp("uid 1000", checkout_of(1000), owner=1000),
    SetUp("uid 1001, umask 077", checkout_of(1001, "077"), owner=1001),
    SetUp("a proxy", behind_a_proxy, owner=os.getuid()),
    SetUp("users remapped", with_remapped_users, owner=os.getuid()),
    SetUp("rootless Docker", rootless, owner=1000),
    SetUp("Podman, rootful", podman, owner=os.getuid()),
    SetUp("Podman, rootless", rootless_podman, owner=1000),
    SetUp("podman-compose", podman_compose, owner=1000),
    SetUp("spaces and other letters", in_a_strange_folder, owner=os.getuid()),
    SetUp("two clones", beside_another_clone, owner=os.getuid()),
    SetUp("PostgreSQL and Redis", beside_services, owner=os.getuid()),
    SetUp("a dev container", in_a_dev_container, owner=dev_container.OWNER, up=dev_container.up),
]
