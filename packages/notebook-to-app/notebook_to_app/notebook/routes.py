"""Routes of the app, and the blueprints of a module that they are in."""

from __future__ import annotations

import sys
from types import ModuleType

from wsgi_hotreload import Route


def routes_to_show(
    before: set[Route] | None, after: set[Route], module: ModuleType, names: tuple[str, ...]
) -> list[Route]:
    """The routes that became reachable, and those whose functions were brought."""
    own = set(_blueprints(module).values())
    new = after - before if before is not None else set()
    brought = {route for route in after if _function_of(route) in names and own & _blueprints_of(route)}
    return sorted(new | brought, key=lambda route: (route.rule, route.methods))


def unregistered_blueprint(module: ModuleType, routes: tuple[Route, ...]) -> str | None:
    """The variable of a module's blueprint, if none of its blueprints is registered in the app."""
    blueprints = _blueprints(module)
    served = {name for route in routes for name in _blueprints_of(route)}
    is_served = bool(served & set(blueprints.values()))
    return next(iter(blueprints)) if routes and blueprints and not is_served else None


def _blueprints(module: ModuleType) -> dict[str, str]:
    """The names of a module's blueprints, by the variables that hold them."""
    flask = sys.modules.get("flask")
    return {name: value.name for name, value in vars(module).items() if flask and isinstance(value, flask.Blueprint)}


def _blueprints_of(route: Route) -> set[str]:
    """The names of the blueprints that a route is in."""
    return set(route.endpoint.split(".")[:-1])


def _function_of(route: Route) -> str:
    """What the endpoint is named after, unless the route says otherwise."""
    return route.endpoint.rpartition(".")[2]
