"""One bring, from the cell's text to the response of the app: merge, write, import, report."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from types import ModuleType
from typing import TYPE_CHECKING

from notebook_to_app.core.cells import Cell
from notebook_to_app.core.merge import Surroundings, UndefinedNames, merge
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write
from notebook_to_app.files.target_module import TargetModule, is_own
from notebook_to_app.files.undo import History, Step
from notebook_to_app.notebook import display
from notebook_to_app.notebook.importing import forget, import_fresh
from notebook_to_app.notebook.routes import routes_to_show, unregistered_blueprint
from notebook_to_app.notebook.server import StatusBefore

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
        made = atomic_write.write(target.path, merged.data, expected=before)
        self._history.note(Step(target, before, merged.data, tuple(made)))
        display.show_change(target, before, merged.data, merged.notes)
        module = import_fresh(target, self._shell)
        self._bind(module, merged.names)
        how = "as before" if before_write.was_broken else f"with it {_UNDO}"
        status = before_write.status_with(target.title, f"It was written, but the app does not load {how}:")
        if status:
            display.show_live(status, routes_to_show(before_write.routes, set(status.routes), module, merged.names))
            if blueprint := unregistered_blueprint(module, status.routes):
                how = f"app.register_blueprint({blueprint}) in app.py"
                display.show_sentence(f"No blueprint of this module is registered in the app yet: {how} does it.")

    def undo(self) -> None:
        """Take the newest bring back.

        Raises:
            Refusal: there is none, or the file was changed since.
            Broken: it was undone, but the module or the app does not load.
        """
        before_write = StatusBefore()
        step = self._history.take_back()
        display.show_change(step.module, step.after, step.before)
        if step.before is None:
            forget(step.module.name)
        else:
            import_fresh(step.module, self._shell)
        status = before_write.status_with(step.module.title, "It was undone, but the app does not load:")
        if status:
            display.show_live(status, [])

    def _bind(self, module: ModuleType, names: tuple[str, ...]) -> None:
        """Have the notebook use the module's own."""
        self._shell.user_ns.update({name: getattr(module, name) for name in names if hasattr(module, name)})


def _star_names(name: str, target: TargetModule) -> AbstractSet[str] | None:
    """The names that a module gives to a star import in another one; None if it cannot be imported."""
    try:
        module = importlib.import_module(importlib.util.resolve_name(name, target.name.rpartition(".")[0] or None))
    except Exception:  # noqa: BLE001 - whatever it is, it will be shown when the module is imported
        return None
    public = (found for found in vars(module) if not found.startswith("_"))
    return set(getattr(module, "__all__", public))
