"""Routes of the app, and the blueprints of a module that they are in."""

from __future__ import annotations

import re
import sys
from types import ModuleType

from wsgi_hotreload import Route


def routes_to_show(
    new: set[Route], routes: tuple[Route, ...], module: ModuleType, names: tuple[str, ...]
) -> list[Route]:
    """The routes that became reachable, and those whose functions were brought."""
    own = set(_blueprints(module).values())
    # An endpoint is named after its function, unless the route says otherwise.
    brought = {route for route in routes if route.endpoint.split(".")[-1] in names and own & _blueprints_of(route)}
    return sorted(new | brought, key=lambda route: (route.rule, route.methods))


def has_unregistered_blueprint(module: ModuleType, routes: tuple[Route, ...]) -> bool:
    """Whether a module has blueprints, and none of them is registered in the app."""
    own = set(_blueprints(module).values())
    served = {name for route in routes for name in _blueprints_of(route)}
    return bool(routes and own and not served & own)


def blueprint_of(module: ModuleType) -> str | None:
    """The variable of a module's first blueprint."""
    return next(iter(_blueprints(module)), None)


def served_twice(shown: list[Route], routes: tuple[Route, ...]) -> list[str]:
    """Sentences about shown routes whose address and method another function serves too."""
    sentences = []
    for route in shown:
        for other in routes:
            methods = set(route.methods) & set(other.methods)
            if other.endpoint != route.endpoint and methods and _address(other) == _address(route):
                both = " and ".join(sorted({route.endpoint, other.endpoint}))
                sentences.append(
                    f"{' '.join(sorted(methods))} {route.rule} has two functions, {both}: only one is called."
                )
    return list(dict.fromkeys(sentences))


def _address(route: Route) -> str:
    """The rule, whatever its variables are called."""
    return re.sub(r"<(?:([^:<>]+):)?[^<>]+>", r"<\1>", route.rule)


def _blueprints(module: ModuleType) -> dict[str, str]:
    """The names of a module's blueprints, by the variables that hold them."""
    flask = sys.modules.get("flask")
    return {name: value.name for name, value in vars(module).items() if flask and isinstance(value, flask.Blueprint)}


def _blueprints_of(route: Route) -> set[str]:
    """The names of the blueprints that a route is in."""
    return set(route.endpoint.split(".")[:-1])
