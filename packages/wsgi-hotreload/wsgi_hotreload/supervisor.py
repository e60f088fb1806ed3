"""Own the listening socket, notice changes, and have the newest code serve."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import socket
import sys
import time
from pathlib import Path

from wsgi_hotreload.answers import Answers
from wsgi_hotreload.channel import Message
from wsgi_hotreload.children import Worker, in_words
from wsgi_hotreload.connections import Connection, Connections
from wsgi_hotreload.environment import Changes
from wsgi_hotreload.loading import Failure
from wsgi_hotreload.modules import package_folders
from wsgi_hotreload.saves import Saves
from wsgi_hotreload.server import ConnectionServer
from wsgi_hotreload.status.board import StatusBoard
from wsgi_hotreload.status.model import PATH, Route
from wsgi_hotreload.watching import Watcher, watch_packages
from wsgi_hotreload.workforce import Workforce

log = logging.getLogger("wsgi_hotreload")

# After this time it is said that the app is still loading.
SLOW_SECONDS = 5.0
# For the requests that a worker has accepted: at a reload, where only a stream without an end
# takes longer, and at the end of everything.
RETIRE_SECONDS = 30.0
STOP_SECONDS = 1.0
# An app that ends by itself so often, so shortly after it was loaded, waits for the next save.
MOST_CRASHES = 3
CRASH_SECONDS = 10.0
# Colors of a terminal, as ECMA-48 numbers them.
RED, PLAIN = "\x1b[31m", "\x1b[0m"
# How soon a worker that was too busy to take a connection is asked again.
RETRY_SECONDS = 0.01


class Supervisor:
    """At any time at most one worker serves, and at most one loads."""

    def __init__(self, factory: str, source: Path, listener: socket.socket, watcher: Watcher) -> None:
        self.source = source
        self.watcher = watcher
        self.saves = Saves(source)
        address: tuple[str, int] = listener.getsockname()[:2]
        self.board = StatusBoard()
        self.answers = Answers(self.board)
        self.server = ConnectionServer(self.answers, address)
        self.server.daemon_threads = True
        self.selector = selectors.DefaultSelector()
        self.connections = Connections(listener, self.selector)
        self.workforce = Workforce(factory, source, address, self.selector, self)
        self.loading: Worker | None = None
        self.current: Worker | None = None
        self.retired: set[Worker] = set()
        self.crashes: list[float] = []
        self.pin: str | None = None

        woken = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.selector.register(woken, selectors.EVENT_READ, lambda _: os.eventfd_read(woken))
        self.packages = watch_packages(package_folders())
        self.packages.on_event = watcher.on_event = lambda: os.eventfd_write(woken, 1)

    def run(self) -> None:
        self._reload(set())
        while True:
            self._attend(self._seconds_until_next_duty())
            if self.packages.seconds_left() == 0:
                self._load_packages_anew(self.packages.take())
            if self.watcher.seconds_left() == 0:
                self.crashes.clear()
                self._reload(self.watcher.take())
            self._pass_connections_on()
            self._see_to_slow_workers()

    def stop(self) -> None:
        """Let the requests that were accepted be finished, for a moment, and end all processes."""
        self.watcher.stop()
        self.packages.stop()
        self.connections.refuse()
        if self.current:
            self._retire(self.current)
            self.current = None
        deadline = time.monotonic() + STOP_SECONDS
        while self.retired and (left := deadline - time.monotonic()) > 0:
            self._attend(left)
        self.workforce.end()

    def _attend(self, timeout: float | None) -> None:
        for key, _ in self.selector.select(timeout):
            if self.selector.get_map().get(key.fd) is key:  # no other event of these has closed it
                key.data(key.fileobj)

    # What workers say

    def heard(self, worker: Worker, message: Message) -> None:
        if "taken" in message:
            worker.not_taken.pop(message["taken"]).socket.close()
        elif "routes" in message:
            worker.routes += map(Route.from_json, message["routes"])
        elif "loaded" in message and worker is self.loading:
            self._live(worker)
        elif "failed" in message and worker is self.loading:
            self._broken(Failure(**message["failed"]))
        elif "imported" in message:
            self._import_ahead(worker, message["imported"], message["environment"])
        elif "pin" in message and message["pin"] != self.pin:
            self.pin = message["pin"]
            log.info("The PIN of the debugger is %s", self.pin)

    def _import_ahead(self, worker: Worker, names: list[str], environment: Changes) -> None:
        if worker is self.current:
            if not self.workforce.import_ahead(names, environment):
                self._reload(set())
        elif environment == self.workforce.environment:
            # Of code before the last save: what it imported is mostly still needed.
            self.workforce.import_ahead(names, environment)

    def ended(self, worker: Worker, status: int | None) -> None:
        self.retired.discard(worker)
        self.connections.waiting.extendleft(reversed(worker.not_taken.values()))
        if worker is self.loading and (status is None or status < 0) and not worker.is_second_try:
            self._try_again()
        elif worker is self.loading:
            self._broken(Failure(f"The app's process did not finish loading: {in_words(status)}."))
        elif worker is self.current:
            self._crashed(status)

    # From one state of the source to the next

    def _reload(self, changed: set[Path]) -> None:
        names = sorted(str(path.relative_to(self.source)) for path in changed)
        self.board.publish(state="loading", changed=tuple(names))
        if self.loading:
            self.loading.kill()
        is_edit = self.saves.note(changed)
        self._load(self.workforce.next_worker(changed if is_edit else None, self.saves.recent))

    def _load(self, worker: Worker) -> None:
        self.loading = worker
        with contextlib.suppress(OSError):  # it has ended, which will be heard of
            worker.load(self.saves.recent)

    def _try_again(self) -> None:
        """A signal may have come from outside, or have met the worker before it began: that is not the app's fault."""
        worker = self.workforce.next_worker(None, self.saves.recent)
        worker.is_second_try = True
        self._load(worker)

    def _load_packages_anew(self, changed: set[Path]) -> None:
        log.info("Installed packages have changed: %s", ", ".join(sorted({path.stem for path in changed})))
        self.workforce.renew()
        self._reload(set())

    def _live(self, worker: Worker) -> None:
        before, self.current, self.loading = self.current, worker, None
        seconds = self._publish(worker, "live")
        self._pass_connections_on()
        log.info("Live in %.0f ms%s", seconds * 1000, "".join(f", {name}" for name in self.board.status.changed))
        if before:
            self._retire(before)
        self.workforce.have_spares()

    def _broken(self, failure: Failure) -> None:
        worker, self.loading = self.loading, None
        self.answers.failure = failure
        self._publish(worker, "broken", str(failure))
        log.error("%s", f"{RED}{failure}{PLAIN}" if sys.stderr.isatty() else failure)
        if self.current:
            self._retire(self.current)
            self.current = None
        self.workforce.have_spares()

    def _publish(self, worker: Worker | None, state: str, error: str | None = None) -> float:
        seconds = time.monotonic() - worker.told_at if worker else 0.0
        generation = self.board.status.generation + 1
        self.board.publish(
            generation=generation,
            state=state,
            seconds=round(seconds, 4),
            error=error,
            routes=tuple(worker.routes) if worker else (),
        )
        return seconds

    def _retire(self, worker: Worker) -> None:
        worker.retire()
        self.retired.add(worker)

    def _crashed(self, status: int | None) -> None:
        self.current = None
        now = time.monotonic()
        self.crashes = [at for at in self.crashes if at > now - CRASH_SECONDS] + [now]
        how = in_words(status)
        if self.loading:
            log.error("The app's process crashed: %s. The next one is loading already.", how)
        elif len(self.crashes) > MOST_CRASHES:
            self._broken(Failure(f"The app's process crashes again and again: {how}. The next save starts it anew."))
        else:
            log.error("The app's process crashed: %s. It is started anew.", how)
            self._reload(set())

    # Connections

    def _pass_connections_on(self) -> None:
        waiting = self.connections.waiting
        for _ in range(len(waiting)):
            connection = waiting.popleft()
            if not self._pass_on(connection):
                waiting.append(connection)

    def _pass_on(self, connection: Connection) -> bool:
        """Whether there is somebody to answer this connection now."""
        if connection.asks_for(PATH) or self.board.status.state == "broken":
            self.server.process_request(connection.socket, connection.address)
            return True
        if not self.current:
            return False
        return self.current.take(connection)

    # Time

    def _seconds_until_next_duty(self) -> float | None:
        now = time.monotonic()
        duties = [worker.told_at + RETIRE_SECONDS - now for worker in self.retired if not worker.is_slow]
        if self.loading and not self.loading.is_slow:
            duties.append(self.loading.told_at + SLOW_SECONDS - now)
        if self.current and self.connections.waiting:
            duties.append(RETRY_SECONDS)
        bursts = (self.watcher.seconds_left(), self.packages.seconds_left())
        duties.extend(left for left in bursts if left is not None)
        return max(0.0, min(duties)) if duties else None

    def _see_to_slow_workers(self) -> None:
        now = time.monotonic()
        if self.loading and not self.loading.is_slow and now >= self.loading.told_at + SLOW_SECONDS:
            self.loading.is_slow = True
            log.warning("The app is still loading after %.0f s. The next save starts it anew.", SLOW_SECONDS)
        for worker in self.retired:
            if not worker.is_slow and now >= worker.told_at + RETIRE_SECONDS:
                worker.is_slow = True
                log.warning("Requests to code before the last save still ran after %.0f s: ended.", RETIRE_SECONDS)
                worker.kill()
