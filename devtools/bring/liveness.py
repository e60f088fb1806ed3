"""Ask the app's development server whether a change is live: see ``hotreload/status.py``."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

PATH = "/__hotreload__"
# For an answer that the server has ready.
ANSWER_SECONDS = 5.0
# For the app to be loaded: no longer than a person likes to look at a cell that does nothing.
LOADING_SECONDS = 30.0
# A later save may replace one that was being loaded. Then nothing comes for the first.
OVERTAKEN_SECONDS = 1.0


@dataclass(frozen=True)
class Route:
    """What the app answers to."""

    rule: str
    methods: tuple[str, ...]
    endpoint: str

    @property
    def blueprints(self) -> list[str]:
        """Those that the route is in, from the outermost to the innermost."""
        return self.endpoint.split(".")[:-1]

    @property
    def function(self) -> str:
        """What the endpoint is named after, unless the route says otherwise."""
        return self.endpoint.rpartition(".")[2]


@dataclass(frozen=True)
class State:
    """What the server says about itself at one moment."""

    generation: int
    state: str
    seconds: float | None = None
    changed: tuple[str, ...] = ()
    error: str | None = None
    routes: frozenset[Route] = field(default_factory=frozenset)


class NotServing(Exception):  # noqa: N818 - not an error: the app may be stopped
    """Nobody tells what is served. Says why, and when a change that was made meanwhile is served, if that is known."""

    def __init__(self, reason: str, *, until: str = "") -> None:
        super().__init__(reason)
        self.until = until


class DevelopmentServer:
    """The server whose address is ``WORKER_NODE_URL``."""

    def __init__(self) -> None:
        self._url = os.environ.get("WORKER_NODE_URL", "")
        # Without proxies: it is next door.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def state(self) -> State:
        """What is served now.

        Raises:
            NotServing: nothing is, or by a server that does not reload.
        """
        return self._ask("", ANSWER_SECONDS)

    def state_with(self, file: str, after: int) -> State:
        """What is served once a file, saved after that generation, is loaded.

        Raises:
            NotServing: the server has gone, or is not done in time.
        """
        deadline = time.monotonic() + LOADING_SECONDS
        state = self._settled_after(after, LOADING_SECONDS)
        while file not in state.changed:
            # It was loaded before the save, or by a later save that replaced this one.
            later = self._settled_after(state.generation, OVERTAKEN_SECONDS)
            if later.generation == state.generation and later.state != "loading":
                return later
            if time.monotonic() > deadline:
                break
            state = later
        if state.generation <= after or state.state == "loading":
            raise NotServing(f"It is not live after {LOADING_SECONDS:.0f} s: see the log of worker-node.")
        return state

    def _settled_after(self, generation: int, seconds: float) -> State:
        return self._ask(f"?after={generation}&timeout={seconds}", seconds + ANSWER_SECONDS)

    def _ask(self, query: str, timeout: float) -> State:
        if not self._url:
            raise NotServing("WORKER_NODE_URL is not set, so the app cannot be asked what it serves.")
        try:
            with self._opener.open(f"{self._url}{PATH}{query}", timeout=timeout) as answer:
                return _state(json.load(answer))
        except urllib.error.HTTPError as error:
            error.close()
            raise NotServing("The app is served without reloads.", until="after its next start") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise NotServing("The app is not running.", until="when it starts") from None


def _state(said: dict[str, Any]) -> State:
    routes = frozenset(
        Route(route["rule"], tuple(sorted(route["methods"])), route["endpoint"]) for route in said.get("routes") or ()
    )
    return State(said["generation"], said["state"], said["seconds"], tuple(said["changed"]), said["error"], routes)
