"""One bring, from the cell's text to the answer of the app: merge, write, load, tell."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from types import ModuleType
from typing import TYPE_CHECKING

from notebook_to_app.bring import reporting, writing
from notebook_to_app.bring.cells import Cell
from notebook_to_app.bring.liveness import NotServing, current_status, status_with
from notebook_to_app.bring.loading import Broken, load
from notebook_to_app.bring.merging import Surroundings, UndefinedNames, merge
from notebook_to_app.bring.places import Place, is_own
from notebook_to_app.bring.refusal import Refusal
from notebook_to_app.bring.undo import History, Step
from wsgi_hotreload import Route, Status

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_UNDO = "(`%bring --undo` takes it back)"


class Bringer:
    """Brings cells into modules, and takes them back, for one kernel."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._history = History()

    def bring(self, place: Place, cell: Cell, where: Callable[[str], str]) -> None:
        """Bring the definitions of a cell. ``where`` says for an undefined name where the notebook has it.

        Raises:
            Refusal: nothing was written.
            Broken: it was written, but the module or the app does not load.
        """
        before = writing.read(place.path)
        surroundings = Surroundings(is_own, lambda name: _offered_to_star(name, place))
        try:
            merged = merge(before or b"", cell, surroundings)
        except UndefinedNames as error:
            raise Refusal("\n".join([str(error), *(where(name) for name in error.names)])) from None
        if merged.data == before:
            reporting.show_sentence(f"{place.title} has this already: nothing changed.")
            self._bind(sys.modules.get(place.name) or load(place, self._shell), merged.names)
            return
        server = _Before()
        made = writing.write(place.path, merged.data, expected=before)
        self._history.note(Step(place, before, merged.data, tuple(made)))
        reporting.show_change(place, before, merged.data, (*merged.notes, *_for_the_image(place, before)))
        module = load(place, self._shell)
        self._bind(module, merged.names)
        how = "as before" if server.was_broken else f"with it {_UNDO}"
        state = server.state_with(place, f"It was written, but the app does not load {how}:")
        if state:
            reporting.show_live(state, _routes_to_show(server.routes, set(state.routes), module, merged.names))
            _say_if_not_registered(module, state.routes)

    def undo(self) -> None:
        """Take the newest bring back.

        Raises:
            Refusal: there is none, or the file was changed since.
            Broken: it was undone, but the module or the app does not load.
        """
        server = _Before()
        step = self._history.take_back()
        reporting.show_change(step.place, step.after, step.before)
        if step.before is None:
            _forget(step.place.name)
        else:
            load(step.place, self._shell)
        state = server.state_with(step.place, "It was undone, but the app does not load:")
        if state:
            reporting.show_live(state, [])

    def _bind(self, module: ModuleType, names: tuple[str, ...]) -> None:
        """Have the notebook use the module's own."""
        self._shell.user_ns.update({name: getattr(module, name) for name in names if hasattr(module, name)})


class _Before:
    """What the server said before a file is written."""

    def __init__(self) -> None:
        try:
            self._status: Status | None = current_status()
        except NotServing as reason:
            self._status, self._reason = None, reason

    @property
    def was_broken(self) -> bool:
        return self._status is not None and self._status.state == "broken"

    @property
    def routes(self) -> set[Route] | None:
        """The routes; None if the app was broken or is not running."""
        return set(self._status.routes) if self._status and self._status.state == "live" else None

    def state_with(self, place: Place, sentence_if_broken: str) -> Status | None:
        """What is served with the file as it was written; None, and a sentence in the output, if nobody tells.

        Raises:
            Broken: the app does not load.
        """
        try:
            if not self._status:
                raise self._reason
            status = status_with(place.title, self._status.generation)
        except NotServing as reason:
            served = f" What was brought is served {reason.until}." if reason.until else ""
            reporting.show_sentence(f"{reason}{served}")
            return None
        if status.state == "broken":
            raise Broken(f"{sentence_if_broken}\n{status.error}")
        return status


def _offered_to_star(name: str, place: Place) -> AbstractSet[str] | None:
    """The names that a module gives to a star import in the module of a place; None if it cannot be imported."""
    try:
        module = importlib.import_module(importlib.util.resolve_name(name, place.name.rpartition(".")[0] or None))
    except Exception:  # noqa: BLE001 - whatever it is, it will be shown when the module is imported
        return None
    public = (found for found in vars(module) if not found.startswith("_"))
    return set(getattr(module, "__all__", public))


def _for_the_image(place: Place, before: bytes | None) -> tuple[str, ...]:
    """The production image copies file by file at the top level, and folder by folder."""
    top = place.title.partition("/")[0]
    others = [path for path in place.path.parents[place.title.count("/")].glob(f"{top}/**/*.py") if path != place.path]
    if before is not None or ("/" in place.title and others):
        return ()
    return (f"For the production image, add a line to Dockerfile that copies {top}.",)


def _blueprints_of(route: Route) -> set[str]:
    """The names of the blueprints that a route is in."""
    return set(route.endpoint.split(".")[:-1])


def _function_of(route: Route) -> str:
    """What the endpoint is named after, unless the route says otherwise."""
    return route.endpoint.rpartition(".")[2]


def _blueprints(module: ModuleType) -> dict[str, str]:
    """The names of a module's blueprints, by the variables that hold them."""
    flask = sys.modules.get("flask")
    return {name: value.name for name, value in vars(module).items() if flask and isinstance(value, flask.Blueprint)}


def _routes_to_show(
    before: set[Route] | None, after: set[Route], module: ModuleType, names: tuple[str, ...]
) -> list[Route]:
    """The routes that became reachable, and those whose functions were brought."""
    own = set(_blueprints(module).values())
    new = after - before if before is not None else set()
    brought = {route for route in after if _function_of(route) in names and own & _blueprints_of(route)}
    return sorted(new | brought, key=lambda route: (route.rule, route.methods))


def _say_if_not_registered(module: ModuleType, routes: tuple[Route, ...]) -> None:
    blueprints = _blueprints(module)
    served = {name for route in routes for name in _blueprints_of(route)}
    if routes and blueprints and not served & set(blueprints.values()):
        how = f"app.register_blueprint({next(iter(blueprints))}) in app.py"
        reporting.show_sentence(f"No blueprint of this module is registered in the app yet: {how} does it.")


def _forget(name: str) -> None:
    """Have a module that is gone be imported no more."""
    sys.modules.pop(name, None)
    package, _, own_name = name.rpartition(".")
    if package in sys.modules:
        vars(sys.modules[package]).pop(own_name, None)
