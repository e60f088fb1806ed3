"""Stacks on Podman, by either of the programs that ``podman compose`` calls."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from host.conftest import Stack, clone, output, run
from host.setups.engines import SERVICES, engine_container, load
from support.waiting import wait_for

# A person's session has its own runtime directory, and systemd would listen on the two sockets.
START = """
chmod 666 /dev/net/tun; mount --make-rshared /
install -d /run/podman; install -d -o person /run/user/1000 /run/user/1000/podman
printf '[engine]\\ncgroup_manager = "cgroupfs"\\nevents_logger = "file"\\n' >/etc/containers/containers.conf
podman system service --time 0 unix:///run/podman/podman.sock &
runuser -u person -- env HOME=/home/person XDG_RUNTIME_DIR=/run/user/1000 \\
    podman system service --time 0 unix:///run/user/1000/podman/podman.sock &
"""
SESSIONS = {"root": {"HOME": "/root"}, "person": {"HOME": "/home/person", "XDG_RUNTIME_DIR": "/run/user/1000"}}


@dataclass
class PodmanStack(Stack):
    """A stack that a user of a container with Podman runs, by the Compose plugin."""

    user: str = "root"
    host: str = ""  # the container
    provider = "docker-compose"

    @property
    def engine(self) -> list[str]:
        variables = self.environment | SESSIONS[self.user] | {"PODMAN_COMPOSE_PROVIDER": self.provider}
        settings = [f"--env={name}={value}" for name, value in variables.items()]
        there = ["--user", self.user, "--workdir", str(self.folder), *settings]
        return ["docker", "exec", "--interactive", *there, self.host, "podman"]

    def up(self) -> None:
        self.compose("up", "--detach")
        # Once, as systemd does at the start of a container.
        for service in SERVICES:
            output(*self.engine, "healthcheck", "run", self.container(service))

    def down(self) -> None:
        """Nothing is left of it when the container with Podman is gone."""


@dataclass
class PodmanComposeStack(PodmanStack):
    """The same by podman-compose."""

    provider = "podman-compose"
    separator = "_"

    def container(self, service: str) -> str:
        return f"{self.folder.name}_{service}_1"

    def logs(self, service: str) -> str:
        printed = run(*self.engine, "logs", self.container(service))
        return printed.stdout + printed.stderr


@contextmanager
def on_podman(folder: Path, kind: type[PodmanStack], user: str, loaded: Sequence[str]) -> Iterator[PodmanStack]:
    """A clone for a user of Podman, who has some services' images from the machine's own engine."""
    stack = kind(clone(folder / f"podman-{os.getpid()}"), user=user)
    with engine_container(folder, "podman", stack, START) as stack.host:
        try:
            wait_for("Podman", lambda: run(*stack.engine, "--remote", "info").returncode == 0, timeout=60)
        except AssertionError:
            if (tried := run(*stack.engine, "info")).returncode == 0:
                raise
            pytest.skip(f"Podman does not run in a container of this engine: {tried.stderr.splitlines()[-1]}")
        load(folder, stack.engine, stack, loaded)
        yield stack
