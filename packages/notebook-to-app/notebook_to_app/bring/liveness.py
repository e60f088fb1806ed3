"""Ask the app's development server, whose address is ``APP_URL``, whether a change is live."""

from __future__ import annotations

import os

from wsgi_hotreload import NotReloadingError, Status, StatusClient, StatusUnavailableError

# For the app to be loaded: no longer than a person likes to look at a cell that does nothing.
LOADING_SECONDS = 30.0


class NotServing(Exception):  # noqa: N818 - not an error: the app may be stopped
    """Nobody tells what is served. Says why, and when a change that was made meanwhile is served, if that is known."""

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
        raise NotServing(f"It is not live after {LOADING_SECONDS:.0f} s: see the app's log.") from None


def _client() -> StatusClient:
    if url := os.environ.get("APP_URL"):
        return StatusClient(url)
    raise NotServing("APP_URL is not set, so the app cannot be asked what it serves.")


def _not_serving(error: StatusUnavailableError) -> NotServing:
    if isinstance(error, NotReloadingError):
        return NotServing("The app is served without reloads.", until="after its next start")
    return NotServing("The app is not running.", until="when it starts")
