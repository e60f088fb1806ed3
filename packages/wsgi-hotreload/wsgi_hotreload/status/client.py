"""Ask a running server what it serves, and wait until a save is live."""

import http.client
import json
import math
import time
import urllib.error
import urllib.request
from functools import cache

from wsgi_hotreload.status.model import PATH, Status

# For a response that the server has ready.
RESPONSE_SECONDS = 5.0
# A later save may supersede one that is loading. Then no generation of its own comes for the first.
SUPERSEDED_SECONDS = 1.0


class StatusUnavailableError(Exception):
    """The server did not report its status."""


class NotRunningError(StatusUnavailableError):
    """Nothing listens at the address, or it ended in the middle of its response."""


class NotReloadingError(StatusUnavailableError):
    """What listens there is another server."""


class StatusClient:
    """Reads the status of the server at a URL such as ``http://127.0.0.1:7500``, without a proxy."""

    def __init__(self, url: str) -> None:
        self._url = url

    def status(self) -> Status:
        """What is served now.

        Raises:
            StatusUnavailableError: nothing is, or not by a reload server.
        """
        return self._get("", RESPONSE_SECONDS)

    def settled_after(self, generation: int, timeout: float) -> Status:
        """The first status of a later generation that is live or broken, or the newest one after ``timeout`` seconds.

        Raises:
            StatusUnavailableError: the server has gone meanwhile.
        """
        return self._get(f"?after={generation}&timeout={timeout}", timeout + RESPONSE_SECONDS)

    def other_than(self, generation: int, state: str, timeout: float, since: float = math.inf) -> Status:
        """The first status of another generation or state, or the newest one after ``timeout`` seconds.

        Or the first one in which one of ``page_files`` was changed after a time.

        Raises:
            StatusUnavailableError: the server has gone meanwhile.
        """
        query = f"?after={generation}&state={state}&since={since}&timeout={timeout}"
        return self._get(query, timeout + RESPONSE_SECONDS)

    def settled_with(self, file: str, after: int, timeout: float) -> Status:
        """What is served once a file, saved after that generation, is loaded. Its path is relative to the source.

        Raises:
            StatusUnavailableError: the server has gone meanwhile.
            TimeoutError: it still loads after ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        status = self.settled_after(after, timeout)
        while file not in status.changed:
            # It was loaded before the save, or by a later save that superseded this one.
            later = self.settled_after(status.generation, SUPERSEDED_SECONDS)
            if later.generation == status.generation and later.state != "loading":
                return later
            if time.monotonic() > deadline:
                break
            status = later
        if status.generation <= after or status.state == "loading":
            raise TimeoutError
        return status

    def _get(self, query: str, timeout: float) -> Status:
        try:
            with _opener().open(f"{self._url}{PATH}{query}", timeout=timeout) as response:
                return Status.from_json(json.load(response))
        except urllib.error.HTTPError as error:
            error.close()
            raise NotReloadingError(self._url) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotRunningError(self._url) from error


@cache
def _opener() -> urllib.request.OpenerDirector:
    """Built once: each one reads the certificates of all authorities, which takes longer than a request."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
