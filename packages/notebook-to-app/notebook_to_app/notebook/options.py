"""``%bring --…``: what changes the app otherwise than by a cell's definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from notebook_to_app.core.factory import register_blueprint
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write, refactor
from notebook_to_app.files.changes import Change
from notebook_to_app.files.target_module import TargetModule, is_own, is_path, target_file, target_module
from notebook_to_app.notebook.importing import import_fresh
from notebook_to_app.notebook.routes import blueprint_of
from notebook_to_app.notebook.take import module_and_name

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from notebook_to_app.notebook.bringer import Bringer


def run_option(words: list[str], bringer: Bringer, shell: InteractiveShell) -> None:
    """Do what an option says.

    Raises:
        Refusal: it is unknown, or cannot be done. Nothing was written.
        Broken: it was written, but the app does not load.
    """
    option, *values = words
    usages: dict[str, tuple[str, int, Callable[..., None]]] = {
        "--undo": ("[MODULE]", 0, lambda *names: bringer.undo(_title(*names) if names else None)),
        "--register": ("MODULE", 1, lambda name: bringer.change([_registration(target_module(name), shell)])),
        "--rename": ("functions.text.old new", 2, lambda old, new: _rename(bringer, old, new)),
        "--move": ("functions.text.name functions.other", 2, lambda old, to: _move(bringer, old, to)),
        "--delete": ("functions.text.name", 1, lambda old: bringer.change(refactor.delete(*_definition(old)))),
    }
    if option not in usages:
        raise Refusal(f"{option} is no option of %bring: there are {', '.join(usages)}.")
    usage, count, do = usages[option]
    if len(values) != count and not (option == "--undo" and len(values) == 1):
        raise Refusal(f"Write it so: %bring {option} {usage}")
    do(*values)


def _rename(bringer: Bringer, old: str, new: str) -> None:
    module, name = _definition(old)
    changes, texts = refactor.rename(module, name, new), refactor.mentions(name)
    notes = [f"The word {name} also stands in {', '.join(texts)}, where nothing was changed."] if texts else []
    bringer.change(changes, notes)


def _move(bringer: Bringer, old: str, to: str) -> None:
    module, name = _definition(old)
    bringer.change(refactor.move(module, name, target_module(to)))


def _definition(words: str) -> tuple[TargetModule, str]:
    module, name = module_and_name(words)
    if not name:
        raise Refusal(f"{words} is a module: name what is defined in it, as in {words}.count_words.")
    return module, name


def _registration(target: TargetModule, shell: InteractiveShell) -> Change:
    variable = blueprint_of(import_fresh(target, shell))
    if variable is None:
        raise Refusal(f"{target.title} has no blueprint.")
    factory = target_module("app")
    before = atomic_write.read(factory.path) or b""
    return Change(factory.title, before, register_blueprint(before, target.name, variable, is_own))


def _title(name: str) -> str:
    return (target_file(name) if is_path(name) else target_module(name)).title
