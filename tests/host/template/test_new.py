"""``docker compose run --rm new orders`` in a fresh clone makes a repository that is all of a service called orders."""

import io
import json
import os
import re
import runpy
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.conftest import REPOSITORY, Stack, clone, get, layers, output
from host.setups.every_setup import CHOWN, LIST_OWNERS, in_checkout
from host.template.conftest import Repository, Template
from support.readme import paths_named_in

NAME_HERE = re.compile(rb"worker[-_ ]?node", re.IGNORECASE)
MARK = re.compile(rb"\[template\b|\btemplate\]|\[service\b|\bservice\]")
LEFT_OUT: list[str] = runpy.run_path(str(REPOSITORY / "devtools/template/render.py"))["LEFT_OUT"]
OWNER = 4321


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The repository as the README's command makes it, with another port for the app."""
    template = Stack(clone(tmp_path_factory.mktemp("new") / f"template-{os.getpid()}"))
    name = f"orders-{os.getpid()}"
    template.compose("run", "--rm", "new", name)
    template.down()
    service = Stack(template.folder.with_name(name))
    service.environment[f"{name.upper().replace('-', '_')}_PORT"] = str(service.port)
    yield service
    service.down()
    output("docker", "image", "rm", "--force", f"{name}:made-by-tests")


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file, and of those in wheels."""
    for name in output("git", "ls-files", cwd=folder).splitlines():
        content = (folder / name).read_bytes()
        yield name, content
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                yield from ((f"{name}/{member}", wheel.read(member)) for member in wheel.namelist())


def test_nothing_has_the_name_of_here(orders: Repository) -> None:
    files = dict(everything(orders.folder))

    assert "orders/app.py" in files
    assert [name for name, content in files.items() if NAME_HERE.search(name.encode() + content)] == []


def test_no_mark_is_left(orders: Repository) -> None:
    assert [name for name, content in everything(orders.folder) if MARK.search(content)] == []


@pytest.mark.parametrize("pattern", LEFT_OUT)
def test_what_is_left_out_is_here_and_not_there(orders: Repository, pattern: str) -> None:
    assert [*REPOSITORY.glob(pattern)]
    assert [*orders.folder.glob(pattern)] == []


def test_what_its_readme_names_exists(orders: Repository) -> None:
    named = paths_named_in(orders.read("README.md"))

    assert named
    assert [path for path in named if not (orders.folder / path).exists()] == []


def test_no_text_names_a_file_of_here(orders: Repository) -> None:
    here = re.compile(rb"tests/host|tests/packages|benchmarks/|packages/[\w-]+/|\.ci/|CONTRIBUTING|CHANGELOG")

    assert [name for name, content in everything(orders.folder) if ".whl" not in name and here.search(content)] == []


def test_what_its_texts_link_to_exists(orders: Repository) -> None:
    for text in [*orders.folder.glob("*.md"), *orders.folder.glob("docs/*.md")]:
        linked = re.findall(r"\]\(([^):#]+)\)", text.read_text())
        assert [path for path in linked if not (text.parent / path).exists()] == [], text.name


def test_it_is_a_repository_with_one_commit_that_has_everything(orders: Repository) -> None:
    assert orders.git("rev-list", "--count", "HEAD") == "1"
    assert orders.git("branch", "--show-current") == "main"
    assert orders.git("status", "--porcelain", "--ignored") == ""


def test_it_belongs_to_the_owner_of_the_clone(template: Template) -> None:
    folder = template.folder.parent
    in_checkout(folder, CHOWN.format(uid=OWNER, mask="022"))
    stack = Stack(template.folder)
    try:
        stack.compose("run", "--rm", "new", "orders")
        stack.down()
        files = in_checkout(folder / "orders", LIST_OWNERS).splitlines()
    finally:
        in_checkout(folder, f"chown -R {os.getuid()}:{os.getgid()} /checkout && chmod -R u+rwX,go+rX /checkout")

    assert f"{OWNER}:{OWNER} ./README.md" in files
    assert [line for line in files if not line.startswith(f"{OWNER}:{OWNER} ")] == []


def test_it_starts_by_one_command(service: Stack) -> None:
    service.compose("up", "--detach", "--wait")

    assert service.get("/demo") == (200, "Ok")


def test_what_was_built_here_is_not_built_anew_there(service: Stack, stack: Stack) -> None:
    assert layers(service, "notebooks") == layers(stack, "notebooks")


def test_all_its_tests_pass_by_one_command(service: Stack) -> None:
    printed = service.compose("run", "--rm", "tests")

    assert re.search(r"\d+ passed in ", printed.splitlines()[-1])
    assert output("git", "status", "--porcelain", cwd=service.folder) == ""


def test_its_production_image_has_its_name_and_serves(service: Stack) -> None:
    service.compose("up", "--detach", "--wait", "--scale", "production=1", "production")

    assert get(f"http://127.0.0.1:{service.production_port}/demo") == (200, "Ok")
    assert service.inspect("production", "{{.Config.Image}}") == f"{service.folder.name}:made-by-tests"


def test_its_dev_container_is_of_the_same_stack(service: Stack) -> None:
    files = ("--file", "compose.yaml", "--file", ".devcontainer/compose.yaml")
    services = service.compose(*files, "config", "--services").split()
    settings = (service.folder / ".devcontainer/devcontainer.json").read_text()
    (started,) = re.findall(r'"runServices": (.*),', settings)

    assert {*json.loads(started), "devcontainer"} <= {*services}
    assert f'"forwardPorts": ["{service.folder.name}:7500", "notebooks:8888"]' in settings


@pytest.mark.parametrize("overlay", ["small", "scale"])
def test_its_manifests_have_its_name(service: Stack, overlay: str) -> None:
    kustomize = ("kubectl", "kustomize", f"deploy/overlays/{overlay}")
    manifests = service.compose("run", "--rm", "--no-deps", "tests", *kustomize)

    assert f"  name: {service.folder.name}\n" in manifests
    assert not NAME_HERE.search(manifests.encode())
