"""Notice when an app changes libraries and then imports others, as ``gevent.monkey.patch_all()`` has it done.

What is imported later may copy what was changed. So it must not be imported ahead of its turn.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from operator import is_
from types import FrameType, ModuleType
from typing import Any

from wsgi_hotreload.watch.source_tree import SourceTree


class LibraryPatches:
    """The functions and classes that others than their modules have put there, and replaced modules."""

    def __init__(self, source: SourceTree) -> None:
        self._prefix = f"{source.root}/"
        self._own_names = {path.stem for path in source.root.iterdir()}
        # By name, as it was before.
        self._modules: dict[str, _Module] = {}
        # What was changed, as ``module.name``.
        self.found: set[str] = set()
        # Whether a library was imported after a change.
        self.is_between = False
        self.look()

    @contextmanager
    def noticed(self) -> Iterator[None]:
        """Notice imports of libraries in this block."""
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ANN401
        """Look when the app imports a library, before it and after it. Called only for what is not imported yet."""
        if name.partition(".")[0] in self._own_names or not self._is_imported_by_app():
            return None
        self.look()
        self.is_between |= bool(self.found)
        others = (finder for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec and spec.loader and hasattr(spec.loader, "exec_module"):
            spec.loader = _LookingLoader(spec.loader, self)
        return spec

    def look(self, *, is_library: bool = False) -> None:
        """Compare all with what was there before. What a library itself changes when it is imported does not count."""
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", "")).startswith(self._prefix):
                continue
            before = None if is_library else self._modules.get(name)
            if before and module is not before.module:
                self.found.add(name)
            elif before:
                self.found.update(f"{name}.{key}" for key in before.changed())
            elif isinstance(module, ModuleType):
                self._modules[name] = _Module(module)

    def _is_imported_by_app(self) -> bool:
        """Whether an import statement of the app, or a call that does the same, is at work."""
        frame: FrameType | None = sys._getframe(3)  # noqa: SLF001 - beyond the import system's ``_find_spec``
        if not frame or frame.f_code.co_name != "_find_and_load_unlocked":
            return False  # it is only asked for
        while frame and str(frame.f_globals.get("__name__")).startswith("importlib"):
            frame = frame.f_back
        return bool(frame and frame.f_code.co_filename.startswith(self._prefix))


class _Module:
    """What a module has had in it."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        entries = vars(module).copy()
        self._names, self._values = tuple(entries), tuple(entries.values())

    def changed(self) -> Iterator[str]:
        """The names of functions and classes that are gone, or others."""
        now = vars(self.module)
        # Asked of thousands of modules, at each import, and nearly always all is as it was.
        is_same = all(map(is_, self._names, now)) and all(map(is_, self._values, now.values()))
        if len(now) >= len(self._names) and is_same:
            return
        for name, value in zip(self._names, self._values, strict=True):
            if now.get(name) is not value and _counts(value):
                yield name


class _LookingLoader(Loader):
    """Runs a module, and looks at what that has brought."""

    def __init__(self, loader: Loader, patches: LibraryPatches) -> None:
        self._loader = loader
        self._patches = patches

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._patches.look(is_library=True)


def _counts(value: object) -> bool:
    """Whether it is a function or class, and not one that this server has put there for the time of a load."""
    return callable(value) and not str(getattr(value, "__module__", "")).startswith("wsgi_hotreload.")
