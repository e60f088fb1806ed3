"""The JSON document under the reserved path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

PATH = "/__hotreload__"


@dataclass(frozen=True)
class Route:
    """One rule of the app's URL map."""

    rule: str
    # Sorted, without HEAD and OPTIONS.
    methods: tuple[str, ...]
    endpoint: str

    @classmethod
    def from_json(cls, route: dict[str, Any]) -> Route:
        return cls(route["rule"], tuple(route["methods"]), route["endpoint"])


@dataclass(frozen=True)
class Status:
    """One state of the source, from the start of its loading to its end."""

    # Counts the states that were loaded, whether they became live or broken.
    generation: int = 0
    state: Literal["loading", "live", "broken"] = "loading"
    # From the first event of a change to its code being live.
    seconds: float | None = None
    # Paths relative to the source.
    changed: tuple[str, ...] = ()
    error: str | None = None
    # How the app's process ended since the last change, if it crashed and was started anew.
    crash: str | None = None
    # Of the app that serves; empty for an app without Werkzeug's URL map.
    routes: tuple[Route, ...] = ()
    # How many edits were served by exchanging the code of functions, and how many were not, by reason.
    swapped: int = 0
    not_swapped: dict[str, int] = field(default_factory=dict)
    # When templates and static files were changed last, in seconds of ``time.monotonic``.
    page_files: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, status: dict[str, Any]) -> Status:
        """The inverse of ``dataclasses.asdict`` and ``json.dumps``."""
        routes = tuple(map(Route.from_json, status["routes"]))
        return cls(**status | {"changed": tuple(status["changed"]), "routes": routes})
