"""A clone of this repository, and the one of a service that is made from it, beside it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from host.conftest import clone, output, run

IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com")


@dataclass
class Repository:
    folder: Path

    def git(self, *arguments: str) -> str:
        return output("git", *IDENTITY, *arguments, cwd=self.folder)

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()

    def write(self, name: str, text: str) -> None:
        """Commit a file with this text."""
        (self.folder / name).write_text(text)
        self.commit()

    def replace(self, name: str, before: str, after: str) -> None:
        """Commit a file with an exchanged text."""
        assert before in self.read(name)
        self.write(name, self.read(name).replace(before, after))

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A change")

    @property
    def status(self) -> list[str]:
        return self.git("status", "--porcelain").splitlines()


@dataclass
class Template(Repository):
    """The clone, whose scripts are called as Compose calls them in their container."""

    def new(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, self.folder / "devtools/template/new.py", *arguments)

    def update(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, self.folder / "devtools/template/update.py", *arguments)


@pytest.fixture
def template(tmp_path: Path) -> Template:
    return Template(clone(tmp_path / f"template-{os.getpid()}"))


@pytest.fixture
def orders(template: Template) -> Repository:
    made = template.new("orders")
    assert made.returncode == 0, made.stderr
    return Repository(template.folder.with_name("orders"))
