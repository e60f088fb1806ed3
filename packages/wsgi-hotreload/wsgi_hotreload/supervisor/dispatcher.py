"""Who serves a connection: the live worker, or the supervisor itself, with its status or the error page."""

import logging
import selectors
import socket
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from wsgi_hotreload.loading import Failure
from wsgi_hotreload.server import ConnectionServer
from wsgi_hotreload.status.board import StatusBoard
from wsgi_hotreload.status.model import PATH, Route
from wsgi_hotreload.supervisor.connections import Connection, Connections
from wsgi_hotreload.supervisor.error_page import ErrorPage
from wsgi_hotreload.supervisor.handles import WorkerHandle

log = logging.getLogger("wsgi_hotreload")

# How soon a worker that was too busy to take a connection is asked again, and the kernel for more of them.
RETRY_SECONDS = 0.01
# So long a request waits for code that changes, which mostly takes less, before it is served by the code before: who
# saves a file and then loads the page sees the save.
PATIENCE_SECONDS = 0.2
RED, PLAIN = "\x1b[31m", "\x1b[0m"  # as ECMA-48 numbers the colors of a terminal


class Dispatcher:
    def __init__(self, listener: socket.socket, source: Path, selector: selectors.BaseSelector) -> None:
        self.address: tuple[str, int] = listener.getsockname()[:2]
        self._source = source
        self._board = StatusBoard()
        self._error_page = ErrorPage(self._board)
        self._server = ConnectionServer(self._error_page, self.address)
        self._server.daemon_threads = True
        self.connections = Connections(listener, selector)
        # Files changed since a generation was last live or broken, and when loading began.
        self._changed: set[Path] = set()
        self._since = 0.0
        # Since when code changes; None if it does not.
        self._changing_since: float | None = None

    def loading(self, changed: Iterable[Path]) -> None:
        """Publish that a state is loading. A client may wait for each file that has changed."""
        self._changed.update(changed)
        self._since = time.monotonic()
        crash = None if self._changed else self._board.status.crash
        self._board.publish(state="loading", changed=self._names(), crash=crash)

    def crashed(self, how: str) -> None:
        """Publish how the app's process ended, until the next change."""
        self._board.publish(crash=how)

    def not_swapped(self, reason: str, where: str = "") -> None:
        """Count why code could not be swapped after an edit."""
        log.debug("The app is loaded: %s", f"{reason} ({where})" if where else reason)
        counts = self._board.status.not_swapped
        self._board.publish(not_swapped=counts | {reason: counts.get(reason, 0) + 1})

    def page_files_changed(self, paths: Iterable[Path]) -> None:
        """Publish that pages look different."""
        now = time.monotonic()
        if changed := {path.relative_to(self._source).as_posix(): now for path in paths}:
            self._board.publish(page_files=self._board.status.page_files | changed)

    @property
    def next_generation(self) -> int:
        return self._board.status.generation + 1

    def live(self, routes: tuple[Route, ...], *, is_swap: bool) -> str:
        """Publish that it is live. Returns what to log about it: how long it took, and the files."""
        names = self._names()
        swapped = self._board.status.swapped + is_swap
        seconds = self._settled(state="live", error=None, routes=routes, swapped=swapped)
        return ", ".join([f"{seconds * 1000:.0f} ms", *names])

    def closed(self, kinds: Mapping[str, int]) -> None:
        """Log how many connections of which kind a worker that retires has closed."""
        numbers = " and ".join(f"{number} {kind}{'s' * (number > 1)}" for kind, number in kinds.items())
        log.info("Closed %s of the old code, for the clients to connect again", numbers)

    def broken(self, failure: Failure) -> None:
        """Log why there is no app, and serve that until the next state is live."""
        log.error("%s", f"{RED}{failure}{PLAIN}" if sys.stderr.isatty() else failure)
        self._error_page.failure = failure
        self._settled(state="broken", error=str(failure), routes=())

    def _settled(self, **changes: object) -> float:
        seconds = time.monotonic() - self._since
        self._board.publish(generation=self.next_generation, seconds=round(seconds, 4), **changes)
        self._changed.clear()
        return seconds

    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(str(path.relative_to(self._source)) for path in self._changed))

    def seconds_left(self, live: WorkerHandle | None) -> float | None:
        """Until ``pass_on`` should be retried; None if nothing waits."""
        waits = self.connections.is_paused or (self.connections.waiting and live)
        return RETRY_SECONDS if waits else None

    def pass_on(self, live: WorkerHandle | None, *, is_changing: bool = False) -> None:
        """Hand each connection whose request has begun to arrive to whoever can serve it now."""
        now = time.monotonic()
        self._changing_since = (self._changing_since or now) if is_changing else None
        if self._changing_since and now - self._changing_since < PATIENCE_SECONDS:
            live = None
        waiting = self.connections.waiting
        for _ in range(len(waiting)):
            connection = waiting.popleft()
            if connection.asks_for(PATH) or self._board.status.state == "broken":
                self._server.process_request(connection.socket, connection.address)
            elif not (live and live.take(connection)):
                waiting.append(connection)
        self.connections.accept_if_there_is_room()

    def take_back(self, connections: Iterable[Connection]) -> None:
        """Queue these first, for the next worker."""
        self.connections.waiting.extendleft(reversed(list(connections)))
