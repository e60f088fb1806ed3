"""One bring, from the cell's text to the response of the app: merge, write, import, report."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING

from notebook_to_app.core.cells import Cell
from notebook_to_app.core.merge import Surroundings, UndefinedNames, merge
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write
from notebook_to_app.files.app_files import users_of
from notebook_to_app.files.app_packages import check_imports
from notebook_to_app.files.changes import Change, apply
from notebook_to_app.files.history import History, Step, default_folder, notebook_name
from notebook_to_app.files.target_module import TargetModule, is_own, source
from notebook_to_app.kernel.fresh_modules import forget, fresh_modules
from notebook_to_app.notebook import display
from notebook_to_app.notebook.importing import import_fresh
from notebook_to_app.notebook.routes import has_unregistered_blueprint, routes_to_show, served_twice
from notebook_to_app.notebook.server import StatusBefore

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_WRITTEN = "It was written, but the app does not load {how}:"


class Bringer:
    """Brings cells into modules, and takes them back, for one kernel."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._history = History(default_folder(), notebook_name())
        self._taken: dict[str, bytes] = {}
        # What this notebook has had of each definition that it took, by module and name.
        self._definitions: dict[tuple[str, str], set[str]] = {}

    def remember(self, title: str, data: bytes) -> None:
        """Note what a cell has of a file, from which changes that others make to it are told apart."""
        self._taken[title] = data

    def known(self, title: str) -> bytes | None:
        """What a file had when it was taken, or when it was brought last."""
        return self._taken.get(title) or self._history.newest(title)

    def remember_definition(self, target: TargetModule, name: str, source: str) -> None:
        """Note what a cell has of a definition: a change that others make to it is not to be lost."""
        self._definitions.setdefault((target.name, name), set()).add(source)

    def bring(self, target: TargetModule, cell: Cell, explain_undefined: Callable[[str], str]) -> None:
        """Bring the definitions of a cell. ``explain_undefined`` says where the notebook has a name.

        Raises:
            Refusal: nothing was written.
            Broken: it was written, but the module or the app does not load.
        """
        while True:
            with contextlib.suppress(atomic_write.ChangedMeanwhile):
                self._bring(target, cell, explain_undefined)
                return

    def _bring(self, target: TargetModule, cell: Cell, explain_undefined: Callable[[str], str]) -> None:
        check_imports(cell.definitions, source() / _lock_for(target))
        before = atomic_write.read(target.path)
        surroundings = Surroundings(is_own, lambda name: _star_names(name, target), partial(users_of, target.name))
        try:
            merged = merge(before or b"", cell, surroundings)
        except UndefinedNames as error:
            raise Refusal("\n".join([str(error), *map(explain_undefined, error.names)])) from None
        if merged.data == before:
            display.show_sentence(f"{target.title} has this already: nothing changed.")
            self._bind(sys.modules.get(target.name) or import_fresh(target, self._shell), merged.names)
            return
        after = ModuleEditor(merged.data)
        taken = [name for name in merged.names if (target.name, name) in self._definitions]
        self._check_unchanged(target, taken, ModuleEditor(before or b""), after)
        before_write = StatusBefore()
        self._write([Change(target.title, before, merged.data)], [*merged.notes, *_not_written(cell, target)])
        for name in taken:
            self.remember_definition(target, name, after.source_of(name))
        module = import_fresh(target, self._shell)
        self._bind(module, merged.names)
        status = before_write.status_with(target.title, _WRITTEN)
        if status:
            shown = routes_to_show(before_write.new_routes(status), status.routes, module, merged.names)
            display.show_live(status, shown)
            for sentence in served_twice(shown, status.routes):
                display.show_sentence(sentence)
            if has_unregistered_blueprint(module, status.routes):
                how = f"`%bring --register {target.name}` adds it to the factory"
                display.show_sentence(f"No blueprint of this module is registered in the app yet: {how}.")

    def _check_unchanged(self, target: TargetModule, taken: list[str], now: ModuleEditor, after: ModuleEditor) -> None:
        for name in taken:
            known = {"", after.source_of(name)} | self._definitions[target.name, name]
            if now.source_of(name) not in known:
                how = f"`%take {target.name}.{name}` shows what it has now, for your change to be made there"
                raise Refusal(f"{name} in {target.title} was changed by somebody else since it was taken: {how}.")

    def change(self, changes: Sequence[Change], notes: Sequence[str] = ()) -> None:
        """Change files otherwise than by a cell's definitions.

        Raises:
            Refusal: nothing was written.
            Broken: it was written, but a module or the app does not load.
        """
        if all(change.before == change.after for change in changes):
            display.show_sentence(f"{changes[0].title} has this already: nothing changed.")
            return
        before_write = StatusBefore()
        self._write(changes, notes)
        self._load(changes, before_write, _WRITTEN)

    def undo(self, title: str | None = None) -> None:
        """Take the newest bring back, or the newest that changed a file.

        Raises:
            Refusal: there is none, or the file was changed since in the same place.
            Broken: it was undone, but a module or the app does not load.
        """
        before_write = StatusBefore()
        changes = self._history.take_back(title)
        for change in changes:
            display.show_change(change)
        self._load(changes, before_write, "It was undone, but the app does not load {how}:")

    def _write(self, changes: Sequence[Change], notes: Sequence[str]) -> None:
        made = apply(changes)
        self._history.note(Step(tuple(changes), made))
        for number, change in enumerate(changes):
            display.show_change(change, () if number else notes)

    def _load(self, changes: Sequence[Change], before_write: StatusBefore, sentence_if_broken: str) -> None:
        """Have the kernel use what the files have now, and show when the app does."""
        targets = [(change, change.target) for change in changes if not change.title.startswith("tests/")]
        modules = [(change, target) for change, target in targets if isinstance(target, TargetModule)]
        for change, target in modules:
            if change.after is None:
                forget(target.name)
        for change, target in modules:
            if change.after is not None:
                import_fresh(target, self._shell)
        status = before_write.status_with(modules[-1][0].title, sentence_if_broken) if modules else None
        if status:
            display.show_live(status, sorted(before_write.new_routes(status), key=lambda route: route.rule))
            if lost := before_write.lost_routes(status):
                display.show_sentence(f"The app does not serve {', '.join(lost)} any more.")

    def _bind(self, module: ModuleType, names: tuple[str, ...]) -> None:
        """Have the notebook use the module's own."""
        self._shell.user_ns.update({name: getattr(module, name) for name in names if hasattr(module, name)})
        fresh_modules(source(), self._shell).noted({name: (module.__name__, name) for name in names})


def _lock_for(target: TargetModule) -> str:
    return "requirements-dev.txt" if target.title.startswith("tests/") else "requirements.txt"


def _not_written(cell: Cell, target: TargetModule) -> tuple[str, ...]:
    lines = ", ".join(f"`{line}`" for line in cell.might_be_meant_for_the_module)
    return (f"Run here, not written: {lines}. `%%bring {target.name} --all` writes it too.",) if lines else ()


def _star_names(name: str, target: TargetModule) -> AbstractSet[str] | None:
    """The names that a module gives to a star import in another one; None if it cannot be imported."""
    try:
        module = importlib.import_module(importlib.util.resolve_name(name, target.name.rpartition(".")[0] or None))
    except Exception:  # noqa: BLE001 - whatever it is, it will be shown when the module is imported
        return None
    public = (found for found in vars(module) if not found.startswith("_"))
    return set(getattr(module, "__all__", public))
