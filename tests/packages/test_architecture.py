"""Which way imports go, between the packages and inside of each, and how long files are."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import wsgi_hotreload

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = {
    "wsgi_hotreload": REPOSITORY / "packages/wsgi-hotreload",
    "notebook_to_app": REPOSITORY / "packages/notebook-to-app",
}
MODULES = {
    ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path
    for package, folder in SOURCES.items()
    for path in (folder / package).rglob("*.py")
}
LONGEST = 250
# What the parts of a package import of each other.
PARTS = {
    "wsgi_hotreload.watch": set(),
    "wsgi_hotreload.processes": set(),
    "wsgi_hotreload.status": {"loading"},
    "wsgi_hotreload.browser": {"status", "loading", "server"},
    "wsgi_hotreload.role": {"processes", "watch", "loading"},
    "wsgi_hotreload.supervisor": {"processes", "watch", "status", "browser", "loading", "server"},
    "wsgi_hotreload.worker": {
        *("processes", "watch", "status", "browser", "role"),
        *("loading", "server", "debug_session"),
    },
    "wsgi_hotreload.zygote": {"processes", "watch", "worker", "debug_session"},
    "notebook_to_app.core": set(),
    "notebook_to_app.files": {"core"},
    "notebook_to_app.testing": {"core", "files"},
    "notebook_to_app.notebook": {"core", "files", "kernel", "packages", "testing"},
    "notebook_to_app.packages": {"core", "files"},
    "notebook_to_app.kernel": set(),
    "notebook_to_app.jupyter": set(),
}
# What the rules of bringing must do without: a notebook, an app, and whatever reaches files.
NOT_IN_CORE = {"IPython", "flask", "jupyter_client", "os", "pathlib", "requests", "shutil", "wsgi_hotreload"}


def imports_of(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The names of modules; of ``from a import b``, ``a.b`` if that is one."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else str(node.module)


def all_imports(module: str) -> set[str]:
    return set(imports_of(ast.walk(ast.parse(MODULES[module].read_text()))))


def test_no_import_goes_in_a_circle() -> None:
    """Among those that are run when a module is imported."""
    at_the_top = {name: set(imports_of(iter(ast.parse(path.read_text()).body))) for name, path in MODULES.items()}

    TopologicalSorter(at_the_top).prepare()  # raises a CycleError


def test_no_package_imports_from_the_app() -> None:
    of_app = {path.stem for path in (REPOSITORY / "worker-node").iterdir()}

    assert {name: found for name in MODULES if (found := {top(i) for i in all_imports(name)} & of_app)} == {}


def test_the_notebook_tools_use_the_public_names_of_the_reload_server_alone() -> None:
    for name, path in MODULES.items():
        if top(name) == "notebook_to_app":
            nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
            used = {alias.name for node in nodes if node.module == "wsgi_hotreload" for alias in node.names}
            assert used <= set(wsgi_hotreload.__all__)
            assert not [found for found in all_imports(name) if found.startswith("wsgi_hotreload.")]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_package_imports_what_it_may(part: str) -> None:
    package, name = part.split(".")
    own = [module for module in MODULES if module == part or module.startswith(f"{part}.")]
    used = {found.split(".")[1] for module in own for found in all_imports(module) if found.startswith(f"{package}.")}

    assert own
    assert used - {name} <= PARTS[part]


def test_the_core_of_the_notebook_tools_knows_no_notebook_and_no_files() -> None:
    core = [name for name in MODULES if name.startswith("notebook_to_app.core")]

    assert {name: found for name in core if (found := {top(i) for i in all_imports(name)} & NOT_IN_CORE)} == {}


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    files = [path for folder in (*SOURCES.values(), REPOSITORY / "tests") for path in folder.rglob("*.py")]
    lines = {str(path.relative_to(REPOSITORY)): len(path.read_text().splitlines()) for path in files}

    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def top(module: str) -> str:
    return module.partition(".")[0]
