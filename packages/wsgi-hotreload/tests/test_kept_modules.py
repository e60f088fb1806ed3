"""A module whose code is kept in memory is the one that a fresh interpreter would import, as its file is now."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotreload_support.server import PACKAGE_PATH

ENVIRONMENT = os.environ | {"PYTHONPATH": PACKAGE_PATH, "PYTHONDONTWRITEBYTECODE": ""}


def printed(program: str, folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    result = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


KEEPING = """\
import sys
from pathlib import Path
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import kept_modules

folder = Path.cwd()
kept_modules.install(SourceTree(folder))
sys.path.insert(0, str(folder))
import first, second, broken
files = [str(folder / f"{name}.py") for name in ("first", "second", "broken", "unknown")]
kept_modules.keep(files)
before = {name: vars(sys.modules.pop(name)) for name in ("first", "second", "broken")}
Path("second.py").write_text("def number(): return 3")
Path("broken.py").write_text("def number(: return 4")
opened = set()
def note(event, arguments):
    if event == "open":
        opened.add(Path(str(arguments[0])).name.partition(".")[0])
sys.addaudithook(note)
import first, second
print(first.number(), second.number(), sorted(opened & {"first", "second"}))
try:
    import broken
except SyntaxError as error:
    traceback = error.__traceback__
    names = []
    while traceback:
        names.append(Path(traceback.tb_frame.f_code.co_filename).name)
        traceback = traceback.tb_next
    print(*sorted(set(names)))
import importlib
print(importlib.reload(first).number(), first.__loader__.get_code("first").co_name)
"""


def test_code_that_is_kept_is_that_of_the_file_as_it_is(tmp_path: Path) -> None:
    for number, name in enumerate(("first", "second", "broken"), 1):
        (tmp_path / f"{name}.py").write_text(f"def number(): return {number}")

    lines = printed(KEEPING, tmp_path).splitlines()

    # Nothing is opened for what is kept, and no line of this server is in the traceback of an edited module.
    assert lines == ["1 3 ['second']", "<string>", "1 <module>"]


# What the module is when it is imported after a change, which may come from the app itself while it is loaded: in an
# interpreter that has kept its code before, or in a fresh one.
IMPORTING = """\
import importlib.util, json, sys
from pathlib import Path

folder = Path.cwd()
source, is_kept, change = folder / "source", sys.argv[1] == "kept", sys.argv[2]
sys.path.insert(0, str(source))
if is_kept:
    from wsgi_hotreload.watch.source_tree import SourceTree
    from wsgi_hotreload.worker import kept_modules
    kept_modules.install(SourceTree(source))
    import package, package.module, package.other
    kept_modules.keep([module.__file__ for module in (package, package.module, package.other)])
    for name in ("package", "package.module", "package.other"):
        del sys.modules[name]
import package.other  # has the folder listed
exec(change)
try:
    import package.module as module
except ImportError as error:
    print(json.dumps(str(error)))
    sys.exit()
spec = module.__spec__
print(json.dumps({
    "value": getattr(module, "VALUE", None),
    "name": spec.name,
    "origin": spec.origin,
    "file": getattr(module, "__file__", None),
    "cached": spec.cached,
    "has_location": spec.has_location,
    "parent": spec.parent,
    "search": spec.submodule_search_locations and list(spec.submodule_search_locations),
    "path": list(package.__path__),
    "is_attribute": package.module is module,
}))
"""
CHANGES = {
    "nothing": "",
    "it is edited": "(source / 'package/module.py').write_text('VALUE = 22')",
    "it is removed": "(source / 'package/module.py').unlink()",
    "a package of its name": """
(source / "package/module").mkdir()
(source / "package/module/__init__.py").write_text("VALUE = 2")
""",
    "an extension module of its name": """
from importlib.machinery import EXTENSION_SUFFIXES
(source / f"package/module{EXTENSION_SUFFIXES[0]}").touch()
""",
    "a folder of its name": "(source / 'package/module').mkdir()",
    "an earlier folder in the package's path": """
(source / "elsewhere").mkdir()
(source / "elsewhere/module.py").write_text("VALUE = 2")
package.__path__ = [str(source / "elsewhere"), *package.__path__]
""",
    "a later folder in the package's path": """
(source / "elsewhere").mkdir()
(source / "elsewhere/module.py").write_text("VALUE = 2")
package.__path__ = [*package.__path__, str(source / "elsewhere")]
""",
    "an empty path": "package.__path__ = []",
    "a finder of the app's": """
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "package.module":
            (source / "other.py").write_text("VALUE = 2")
            return importlib.util.spec_from_file_location(name, source / "other.py")
sys.meta_path.insert(0, Finder())
""",
    "a path hook of the app's": """
from importlib.machinery import FileFinder, SourceFileLoader
class Loader(SourceFileLoader):
    def source_to_code(self, data, path, **others):
        return super().source_to_code(b"VALUE = 2", path, **others)
    def get_code(self, name):
        return self.source_to_code(b"", self.path)
sys.path_hooks.insert(0, FileFinder.path_hook((Loader, [".py"])))
sys.path_importer_cache.clear()
""",
    "its package is loaded again": "importlib.reload(package)",
    "a link to another file": """
(source / "other.py").write_text("VALUE = 2")
(source / "package/module.py").unlink()
(source / "package/module.py").symlink_to(source / "other.py")
""",
}


def make_package(source: Path, *, is_namespace: bool) -> None:
    package = source / "package"
    package.mkdir(parents=True)
    if not is_namespace:
        (package / "__init__.py").touch()
    (package / "module.py").write_text("VALUE = 1")
    (package / "other.py").touch()


@pytest.mark.parametrize("is_namespace", [False, True], ids=["package", "namespace package"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_module_of_a_package_is_what_a_fresh_interpreter_imports(
    tmp_path: Path, change: str, *, is_namespace: bool
) -> None:
    found = {}
    for way in ("kept", "fresh"):
        make_package(tmp_path / way / "source", is_namespace=is_namespace)
        text = printed(IMPORTING, tmp_path / way, way, change)
        found[way] = json.loads(text.replace(str(tmp_path / way), ""))

    assert found["kept"] == found["fresh"]


@pytest.mark.parametrize("is_namespace", [False, True], ids=["package", "namespace package"])
def test_pythons_own_finders_are_not_asked_for_what_is_kept(tmp_path: Path, *, is_namespace: bool) -> None:
    make_package(tmp_path / "source", is_namespace=is_namespace)
    change = "from importlib.machinery import PathFinder; PathFinder.find_spec = None"

    assert json.loads(printed(IMPORTING, tmp_path, "kept", change))["value"] == 1
