"""Ask the app's development server, whose address is ``APP_URL``, whether a change is live."""

from __future__ import annotations

import os
from collections.abc import Callable

from notebook_to_app.notebook import display
from notebook_to_app.notebook.importing import Broken
from wsgi_hotreload import NotReloadingError, Route, Status, StatusClient, StatusUnavailableError

# For the app to be loaded: no longer than a person likes to look at a cell that does nothing.
LOADING_SECONDS = 30.0
_LATE = f"It is not live after {LOADING_SECONDS:.0f} s: see the app's log."


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
    client = _client()
    try:
        return client.status()
    except StatusUnavailableError as error:
        raise _not_serving(error) from None


def status_with(file: str, after: int) -> Status:
    """What is served once a file, saved after that generation, is loaded.

    Raises:
        NotServing: the server has gone, or is not done in time.
    """
    client = _client()
    try:
        return client.settled_with(file, after, LOADING_SECONDS)
    except StatusUnavailableError as error:
        raise _not_serving(error) from None
    except TimeoutError:
        raise NotServing(_LATE) from None


def status_after(generation: int) -> Status:
    """What is served once a later generation is loaded.

    Raises:
        NotServing: the server has gone, or is not done in time.
    """
    try:
        status = _client().settled_after(generation, LOADING_SECONDS)
    except StatusUnavailableError as error:
        raise _not_serving(error) from None
    if status.generation == generation or status.state == "loading":
        raise NotServing(_LATE)
    return status


class StatusBefore:
    """What the server served before a file is written, or a package installed."""

    def __init__(self) -> None:
        try:
            self._status: Status | None = current_status()
        except NotServing as reason:
            self._status, self._reason = None, reason

    @property
    def routes(self) -> set[Route] | None:
        """The routes; None if the app was broken or is not running."""
        return set(self._status.routes) if self._status and self._status.state == "live" else None

    def status_with(self, file: str, sentence_if_broken: str) -> Status | None:
        """What is served with the file as it was written; None, and a sentence in the output, if that is unknown.

        Raises:
            Broken: the app does not load.
        """
        how = "with it (`%bring --undo` takes it back)"
        return self._status_by(lambda generation: status_with(file, generation), sentence_if_broken, how)

    def status_with_packages(self, sentence_if_broken: str) -> Status | None:
        """The same with packages that were installed meanwhile."""
        return self._status_by(status_after, sentence_if_broken, "with it")

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


def _client() -> StatusClient:
    if url := os.environ.get("APP_URL"):
        return StatusClient(url)
    raise NotServing("APP_URL is not set, so the app cannot be asked what it serves.")


def _not_serving(error: StatusUnavailableError) -> NotServing:
    if isinstance(error, NotReloadingError):
        return NotServing("The app is served without reloads.", until="after its next start")
    return NotServing("The app is not running.", until="when it starts")
