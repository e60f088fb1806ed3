"""Have the next cell see an edit of the app's source.

The rule: a module whose file has changed is imported anew, as a fresh interpreter would, and so is every module
of the app that imports it. Then the notebook follows: names that it has imported, or that stand for a function,
class or module of the app, stand for the new one. Instances that it has a name for, also within lists, tuples,
sets and dictionaries, become those of the new class. If a module cannot be imported, all stay as they were.

What that costs depends on the modules that have changed, and not on what was edited before.
"""

import ast
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from IPython.core.interactiveshell import InteractiveShell

from notebook_to_app.kernel.rebinding import Imports, rebind
from wsgi_hotreload import import_precisely

# What a kernel does for a request: https://jupyter-client.readthedocs.io/en/stable/wrapperkernels.html
REQUESTS = ("do_complete", "do_inspect")
# What tells whether a file was changed, replaced (also by an older one), or removed.
Signature = tuple[int, int, int] | None


class FreshModules:
    """The app's modules in one kernel."""

    def __init__(self, source: Path, shell: InteractiveShell) -> None:
        # Else two edits in one second that keep a file's size are one.
        import_precisely(source)
        self._source = source.resolve()
        self._prefixes = (f"{self._source}{os.sep}", f"{source.absolute()}{os.sep}")
        self._shell = shell
        self._known: dict[str, Signature] = {}
        self._failed: dict[str, Signature] = {}
        self._imports = Imports()

    def keep(self) -> None:
        """Look before each cell, and before completion and help; note after each cell what it has imported."""
        self._shell.events.register("pre_run_cell", self._before_cell)
        self._shell.events.register("post_run_cell", lambda _: self._note_new())
        kernel = getattr(self._shell, "kernel", None)  # none of a shell in a terminal
        for name in REQUESTS:
            if respond := getattr(kernel, name, None):
                setattr(kernel, name, self._after_a_look(respond))

    def refresh(self) -> None:
        """Import anew what has changed.

        Raises:
            BaseException: whatever a module raises. All modules are as before.
        """
        self._note_new()
        now = {name: _signature(_file_of(sys.modules[name])) for name in self._known if name in sys.modules}
        changed = {name: signature for name, signature in now.items() if signature != self._known[name]}
        if not changed or changed == self._failed:
            return
        self._failed = changed
        old = {name: sys.modules[name] for name in self._with_dependents(set(changed))}
        for name in old:
            forget(name)
        importlib.invalidate_caches()
        try:
            for name, module in old.items():
                if _signature(_file_of(module)):
                    importlib.import_module(name)
        except BaseException:
            for name, module in old.items():
                _put_back(name, module)
            raise
        for name in old:
            self._known.pop(name)
        self._failed = {}
        self._note_new()
        rebind(old, self._shell.user_ns, self._imports)

    def noted(self, names: dict[str, tuple[str, str]]) -> None:
        """Have names of the notebook follow ``module, attribute``, as if a cell had imported them."""
        self._imports.update(names)

    def _before_cell(self, info: Any) -> None:  # noqa: ANN401 - IPython's
        try:
            self.refresh()
        except Exception as error:  # noqa: BLE001 - whatever a module raises
            what = f"{error.msg}, line {error.lineno}" if isinstance(error, SyntaxError) else str(error)
            files = ", ".join(sorted(self._title(name) for name in self._failed))
            until = "(the code of before is used until that is fixed)"
            print(f"{files}: {type(error).__name__}: {what} {until}", file=sys.stderr)  # noqa: T201
        self._imports.read(getattr(info, "raw_cell", ""))

    def _after_a_look(self, respond: Callable[..., Any]) -> Callable[..., Any]:
        def refreshed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the kernel's own
            try:
                self.refresh()
            except Exception:  # noqa: BLE001 - nothing can be said here: the next cell tries again and says why
                self._failed = {}
            return respond(*arguments, **named)

        return refreshed

    def _title(self, name: str) -> str:
        file = _file_of(sys.modules[name])
        return str(file.resolve().relative_to(self._source)) if file else name

    def _note_new(self) -> None:
        for name, module in list(sys.modules.items()):
            if name not in self._known and self._is_of_app(getattr(module, "__file__", None)):
                self._known[name] = _signature(_file_of(module))

    def _is_of_app(self, file: object) -> bool:
        # Of text, as there are thousands of modules.
        return isinstance(file, str) and file.startswith(self._prefixes) and "site-packages" not in file

    def _with_dependents(self, names: set[str]) -> list[str]:
        """These modules and all that import them, in the order in which they were imported first."""
        while True:
            more = {
                name
                for name in self._known.keys() - names
                if name in sys.modules and _imported_by(name, _file_of(sys.modules[name])) & names
            }
            if not more:
                return [name for name in self._known if name in names and name in sys.modules]
            names |= more


def fresh_modules(source: Path, shell: InteractiveShell) -> FreshModules:
    """The one of this shell."""
    if shell not in _of_shells:
        _of_shells[shell] = FreshModules(source, shell)
    return _of_shells[shell]


_of_shells: WeakKeyDictionary[InteractiveShell, FreshModules] = WeakKeyDictionary()


def forget(name: str) -> None:
    """Have a module be imported anew, if at all."""
    sys.modules.pop(name, None)
    package, _, own_name = name.rpartition(".")
    if package in sys.modules:
        vars(sys.modules[package]).pop(own_name, None)


def _put_back(name: str, module: ModuleType) -> None:
    sys.modules[name] = module
    package, _, own_name = name.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], own_name, module)


def _file_of(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file) if isinstance(file, str) else None


def _signature(file: Path | None) -> Signature:
    try:
        stat = file.stat() if file else None
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino) if stat else None


def _imported_by(name: str, file: Path | None) -> set[str]:
    return _imports_of(name, file, _signature(file)) if file else set()


@lru_cache(maxsize=4096)
def _imports_of(name: str, file: Path, _signature: Signature) -> set[str]:
    """The full names that a module imports, or might: of ``from a import b``, both ``a`` and ``a.b``."""
    try:
        nodes = list(ast.walk(ast.parse(file.read_bytes())))
    except (OSError, SyntaxError, ValueError):
        return set()
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    return set(_full_names(package, nodes))


def _full_names(package: str, nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            above = parents[: len(parents) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
