"""One bring, from the cell's text to the response of the app: merge, write, import, report."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from types import ModuleType
from typing import TYPE_CHECKING

from notebook_to_app.core.cells import Cell
from notebook_to_app.core.factory import register_blueprint
from notebook_to_app.core.merge import Surroundings, UndefinedNames, merge
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write
from notebook_to_app.files.target_module import TargetFile, TargetModule, is_own, target_module
from notebook_to_app.files.undo import History, Step
from notebook_to_app.notebook import display
from notebook_to_app.notebook.importing import forget, import_fresh
from notebook_to_app.notebook.routes import blueprint_of, has_unregistered_blueprint, routes_to_show, served_twice
from notebook_to_app.notebook.server import StatusBefore
from notebook_to_app.notebook.templates import check_template
from wsgi_hotreload import Route

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_UNDO = "(`%bring --undo` takes it back)"


class Bringer:
    """Brings cells into modules, and takes them back, for one kernel."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._history = History()

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
        before = atomic_write.read(target.path)
        surroundings = Surroundings(is_own, lambda name: _star_names(name, target))
        try:
            merged = merge(before or b"", cell, surroundings)
        except UndefinedNames as error:
            raise Refusal("\n".join([str(error), *map(explain_undefined, error.names)])) from None
        if merged.data == before:
            display.show_sentence(f"{target.title} has this already: nothing changed.")
            self._bind(sys.modules.get(target.name) or import_fresh(target, self._shell), merged.names)
            return
        before_write = StatusBefore()
        self._write(target, before, merged.data, (*merged.notes, *_not_written(cell, target)))
        module = import_fresh(target, self._shell)
        self._bind(module, merged.names)
        how = "as before" if before_write.was_broken else f"with it {_UNDO}"
        status = before_write.status_with(target.title, f"It was written, but the app does not load {how}:")
        if status:
            shown = routes_to_show(before_write.routes, set(status.routes), module, merged.names)
            display.show_live(status, shown)
            for sentence in served_twice(shown, status.routes):
                display.show_sentence(sentence)
            if has_unregistered_blueprint(module, status.routes):
                how = f"`%bring --register {target.name}` adds it to the factory"
                display.show_sentence(f"No blueprint of this module is registered in the app yet: {how}.")

    def bring_file(self, target: TargetFile, text: str) -> None:
        """Write a template, a stylesheet, or the like.

        Raises:
            Refusal: nothing was written.
        """
        check_template(target, text)
        before = atomic_write.read(target.path)
        if before == text.encode():
            display.show_sentence(f"{target.title} has this already: nothing changed.")
        else:
            self._write(target, before, text.encode())

    def register(self, target: TargetModule) -> None:
        """Register the blueprint of a module in the factory.

        Raises:
            Refusal: nothing was written.
            Broken: it was written, but the app does not load.
        """
        variable = blueprint_of(import_fresh(target, self._shell))
        if variable is None:
            raise Refusal(f"{target.title} has no blueprint.")
        factory = target_module("app")
        before = atomic_write.read(factory.path) or b""
        after = register_blueprint(before, target.name, variable, is_own)
        before_write = StatusBefore()
        self._write(factory, before, after)
        import_fresh(factory, self._shell)
        status = before_write.status_with(factory.title, f"It was written, but the app does not load with it {_UNDO}:")
        if status:
            display.show_live(status, sorted(set(status.routes) - (before_write.routes or set()), key=_by_rule))

    def undo(self) -> None:
        """Take the newest bring back.

        Raises:
            Refusal: there is none, or the file was changed since.
            Broken: it was undone, but the module or the app does not load.
        """
        before_write = StatusBefore()
        step = self._history.take_back()
        target = step.target
        display.show_change(target, step.after, step.before)
        if not isinstance(target, TargetModule):
            return
        if step.before is None:
            forget(target.name)
        else:
            import_fresh(target, self._shell)
        status = before_write.status_with(target.title, "It was undone, but the app does not load:")
        if status:
            display.show_live(status, [])

    def _write(self, target: TargetFile, before: bytes | None, after: bytes, notes: tuple[str, ...] = ()) -> None:
        made = atomic_write.write(target.path, after, expected=before)
        self._history.note(Step(target, before, after, tuple(made)))
        display.show_change(target, before, after, notes)

    def _bind(self, module: ModuleType, names: tuple[str, ...]) -> None:
        """Have the notebook use the module's own."""
        self._shell.user_ns.update({name: getattr(module, name) for name in names if hasattr(module, name)})


def _not_written(cell: Cell, target: TargetModule) -> tuple[str, ...]:
    lines = ", ".join(f"`{line}`" for line in cell.might_be_meant_for_the_module)
    return (f"Run here, not written: {lines}. `%%bring {target.name} --all` writes it too.",) if lines else ()


def _by_rule(route: Route) -> str:
    return route.rule


def _star_names(name: str, target: TargetModule) -> AbstractSet[str] | None:
    """The names that a module gives to a star import in another one; None if it cannot be imported."""
    try:
        module = importlib.import_module(importlib.util.resolve_name(name, target.name.rpartition(".")[0] or None))
    except Exception:  # noqa: BLE001 - whatever it is, it will be shown when the module is imported
        return None
    public = (found for found in vars(module) if not found.startswith("_"))
    return set(getattr(module, "__all__", public))
