"""Ask the app's development server, whose address is ``APP_URL``, whether a change is live."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from notebook_to_app.notebook import display
from notebook_to_app.notebook.importing import Broken
from wsgi_hotreload import NotReloadingError, Route, Status, StatusClient, StatusUnavailableError

# For the app to be loaded: no longer than a person likes to look at a cell that does nothing.
LOADING_SECONDS = 30.0


class NotServing(Exception):  # noqa: N818 - not an error: the app may be stopped
    """Nothing that reloads serves the app. Says why, and when a change made meanwhile is served, if that is known."""

    def __init__(self, reason: str, *, until: str = "") -> None:
        super().__init__(reason)
        self.until = until


def current_status() -> Status:
    """What is served now.

    Raises:
        NotServing: nothing is, or by a server that does not reload.
    """
    with _asking() as server:
        return server.status()


def status_with(file: str, after: int) -> Status:
    """What is served once a file, saved after that generation, is loaded.

    Raises:
        NotServing: the server has gone, or is not done in time.
    """
    with _asking() as server:
        return server.settled_with(file, after, LOADING_SECONDS)


def _status_after(generation: int) -> Status:
    """What is served once a later generation is loaded."""
    with _asking() as server:
        status = server.settled_after(generation, LOADING_SECONDS)
        if status.generation == generation or status.state == "loading":
            raise TimeoutError
        return status


def show_status() -> None:
    """Show what is served: since which save, its routes, and its last error."""
    try:
        status = current_status()
    except NotServing as reason:
        display.show_sentence(str(reason))
        return
    after = f", after a save of {', '.join(status.changed)}" if status.changed else ""
    took = f", in {status.seconds * 1000:.0f} ms" if status.seconds else ""
    sentence = f"The app is {status.state}: generation {status.generation}{after}{took}."
    display.show_routes(sentence, sorted(status.routes, key=lambda route: route.rule))
    if status.crash:
        print(f"Its process was started anew, since the one before crashed: {status.crash}.")  # noqa: T201
    if status.error:
        print(status.error)  # noqa: T201 - into the cell's output


class StatusBefore:
    """What the server served before a file is written, or a package installed."""

    def __init__(self) -> None:
        try:
            self._status: Status | None = current_status()
        except NotServing as reason:
            self._status, self._reason = None, reason

    def new_routes(self, status: Status) -> set[Route]:
        """The routes that became reachable; none if the app was broken or was not running."""
        if not self._status or self._status.state != "live":
            return set()
        return set(status.routes) - set(self._status.routes)

    def lost_routes(self, status: Status) -> list[str]:
        """What was served and is no more, in words; nothing if the app was broken or was not running."""
        if not self._status or self._status.state != "live":
            return []
        served = {(route.rule, method) for route in status.routes for method in route.methods}
        before = sorted((route.rule, method) for route in self._status.routes for method in route.methods)
        return [f"{method} {rule}" for rule, method in dict.fromkeys(before) if (rule, method) not in served]

    def status_with(self, file: str, sentence_if_broken: str) -> Status | None:
        """What is served with the file as it was written; None, and a sentence in the output, if that is unknown.

        Raises:
            Broken: the app does not load.
        """
        how = "with it (`%bring --undo` takes it back)"
        return self._status_by(lambda generation: status_with(file, generation), sentence_if_broken, how)

    def status_with_packages(self, sentence_if_broken: str) -> Status | None:
        """The same with packages that were installed meanwhile."""
        return self._status_by(_status_after, sentence_if_broken, "with it")

    def _status_by(self, wait: Callable[[int], Status], sentence_if_broken: str, how_broken: str) -> Status | None:
        try:
            if not self._status:
                raise self._reason
            status = wait(self._status.generation)
        except NotServing as reason:
            served = f" What is new is served {reason.until}." if reason.until else ""
            display.show_sentence(f"{reason}{served}")
            return None
        if status.state == "broken":
            how = "as before" if self._status.state == "broken" else how_broken
            raise Broken(f"{sentence_if_broken.format(how=how)}\n{status.error}")
        return status


@contextmanager
def _asking() -> Iterator[StatusClient]:
    """The server, of which each error is a sentence."""
    if not (url := os.environ.get("APP_URL")):
        raise NotServing("APP_URL is not set, so the app cannot be asked what it serves.")
    try:
        yield StatusClient(url)
    except NotReloadingError:
        raise NotServing("The app is served without reloads.", until="after its next start") from None
    except StatusUnavailableError:
        raise NotServing("The app is not running.", until="when it starts") from None
    except TimeoutError:
        raise NotServing(f"It is not live after {LOADING_SECONDS:.0f} s: see the app's log.") from None
