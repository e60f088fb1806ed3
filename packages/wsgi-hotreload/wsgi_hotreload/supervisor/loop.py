"""The supervisor's loop: notice changes, and have the newest code serve."""

import logging
import selectors
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from wsgi_hotreload.loading import Failure
from wsgi_hotreload.processes import messages
from wsgi_hotreload.processes.exit_status import in_words
from wsgi_hotreload.processes.installed import package_folders
from wsgi_hotreload.processes.messages import Closed, Imported, Loaded, LoadFailed, NotSwappable, Pin, Read, Writing
from wsgi_hotreload.status.model import Route
from wsgi_hotreload.supervisor.dispatcher import Dispatcher
from wsgi_hotreload.supervisor.edit_history import EditHistory
from wsgi_hotreload.supervisor.handles import DEADLINES, HANDOVER_SECONDS, State, WorkerHandle
from wsgi_hotreload.supervisor.own_writes import OwnWrites
from wsgi_hotreload.supervisor.pool import WorkerPool
from wsgi_hotreload.supervisor.roles import Commands, Roles
from wsgi_hotreload.supervisor.wake_up import WakeUp
from wsgi_hotreload.supervisor.workers import Event, Exited, Said
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.watch.watcher import Watcher, watch_packages

log = logging.getLogger("wsgi_hotreload")

# For the requests that the live worker has accepted, when the server ends.
STOP_SECONDS = 1.0
# An app that crashes this often in a row, each time this soon after going live, waits for the next save.
MOST_CRASHES = 3
CRASH_SECONDS = 10.0


class Supervisor:
    """At any time at most one worker is live, and at most one loads."""

    def __init__(self, factory: str, source: Path, listener: socket.socket, watcher: Watcher, roles: Commands) -> None:
        self.watcher = watcher
        self.history = EditHistory(SourceTree(source))
        self.own_writes = OwnWrites()
        self.selector = selectors.DefaultSelector()
        self.dispatcher = Dispatcher(listener, source, self.selector)
        self.pool = WorkerPool(factory, source, self.dispatcher.address, self.selector)
        self.roles = Roles(roles, self.pool)
        self.crashes = 0  # in a row, each soon after the app was live
        self.pin: str | None = None
        # Which edits were made since the state before the one that loads; None if more happened than edits.
        self.edited: set[Path] | None = None
        self.written: set[Path] = set()
        self.is_second_try = False
        # Set when the app loads only after the worker before it has ended: see `_failed`.
        self.is_exclusive = False
        self.first_failure: Failure | None = None
        self.predecessor: WorkerHandle | None = None
        self.is_stopping = False
        self.packages = watch_packages(package_folders())
        self.packages.on_event = watcher.on_event = WakeUp(self.selector)

    def shutdown(self) -> None:
        """Have ``run`` return. To be called by a signal's handler."""
        self.is_stopping = True

    def run(self) -> None:
        self._reload(set())
        while not self.is_stopping:
            self._wait(self._seconds_left())
            self.pool.spares.fork_if_due()
            if self.packages.seconds_left() == 0:
                self._packages_changed(self.packages.take())
            if self.watcher.seconds_left() == 0:
                self._source_changed(self.watcher.take())
            is_changing = self.watcher.has_code() or self.pool.workers.of_app(State.LOADING) is not None
            self.dispatcher.pass_on(self.pool.workers.of_app(State.LIVE), is_changing=is_changing)

    def stop(self) -> None:
        """Let the requests that were accepted be finished, for a moment, and end all processes."""
        self.watcher.stop()
        self.packages.stop()
        self.dispatcher.connections.refuse()
        if live := self.pool.workers.of_app(State.LIVE):
            live.retire()
        self.roles.end()
        deadline = time.monotonic() + STOP_SECONDS
        while self.pool.workers.are_finishing() and (left := deadline - time.monotonic()) > 0:
            list(self._events(left))
        self.pool.end()

    def _wait(self, timeout: float | None) -> None:  # noqa: C901, PLR0912 - one case for each event
        for event in self._events(timeout):
            match event:
                case Said(worker, Loaded(routes)) if worker.state is State.LOADING:
                    self._live(worker, tuple(map(Route.from_json, routes)))
                case Said(worker, LoadFailed() as failed) if worker.state is State.LOADING:
                    self._failed(worker, Failure(**failed._asdict()))
                case Said(worker, NotSwappable(reason, where)) if worker.state is State.LOADING:
                    self._not_swapped(worker, reason, where)
                case Said(worker, Imported() as imported):
                    if not self.pool.import_ahead(worker, imported):
                        self._reload(set())
                case Said(worker, Read(files, listed)) if worker is self.pool.newest:
                    self.watcher.watch_files(files, listed)
                case Said(_, Writing(path)):
                    self.own_writes.announce(Path(path))
                case Said(_, Closed(kinds)):
                    self.dispatcher.closed(kinds)
                case Said(_, Pin(pin)) if pin != self.pin:
                    self.pin = pin
                    log.info("The PIN of the debugger is %s", pin)
                case Said(worker, messages.RoleFailed() as failed):
                    worker.failure = failed
                case Said(_, Loaded() | LoadFailed() | NotSwappable() | Read() | Pin()):
                    pass  # of code before the last save
                case Said(_, message):
                    raise messages.UnknownMessageError(message)
                case Exited(worker, state, _, status) if worker.role:
                    self.roles.exited(worker, state, status)
                case Exited(worker, state, seconds, status):
                    self._exited(worker, state, seconds, status)
        for worker in self.pool.workers.overdue():
            if worker.state is State.LOADING:
                seconds = DEADLINES[State.LOADING]
                log.warning("The app is still loading after %.0f s. The next save starts it anew.", seconds)
            else:
                log.warning("A process with code before the last save did not end by itself: it is killed.")
                worker.kill()

    def _events(self, timeout: float | None) -> Iterator[Event]:
        for key, _ in self.selector.select(timeout):
            if self.selector.get_map().get(key.fd) is key:  # no other event of these has closed it
                yield from key.data() or ()

    def _seconds_left(self) -> float | None:
        left = [it.seconds_left() for it in (self.watcher, self.packages, self.pool.workers, self.pool.spares)]
        left.append(self.dispatcher.seconds_left(self.pool.workers.of_app(State.LIVE)))
        return min((seconds for seconds in left if seconds is not None), default=None)

    def _source_changed(self, paths: set[Path]) -> None:
        while self.pool.workers.have_messages():  # that the app is about to write just that, for example
            self._wait(0)
        read = self.watcher.read(paths)
        pages = self.history.page_files(paths) - read
        changed = self.history.resolve(paths - pages, read)
        own = self.own_writes.among(changed | pages)
        self.dispatcher.page_files_changed(pages - own)
        self.written |= own & changed  # a snapshot has read them as they were
        if changed - own:
            self.crashes = 0
            self._reload(changed - own)

    def _packages_changed(self, changed: set[Path]) -> None:
        log.info("Installed packages have changed: %s", ", ".join(sorted({path.stem for path in changed})))
        self.pool.renew()
        self._reload(set())

    def _reload(self, changed: set[Path]) -> None:
        """Load the app as its source is now."""
        self.dispatcher.loading(changed)
        if loading := self.pool.workers.of_app(State.LOADING):
            loading.kill()
        changed, self.written = changed | self.written, set()
        self.edited = changed if self.history.note(changed) else None
        self.is_second_try, self.first_failure = False, None
        if self.is_exclusive:
            self._retire_first()
        self._load()

    def _load(self) -> None:
        if not self.predecessor and (reason := self.pool.load(self.edited, self.history.recent)):
            self.dispatcher.not_swapped(reason)

    def _not_swapped(self, worker: WorkerHandle, reason: str, where: str) -> None:
        worker.become(State.RETIRING)
        self.dispatcher.not_swapped(reason, where)
        self.pool.load_anew(self.history.recent)

    def _retire_first(self) -> None:
        """Load only when the worker before has ended: the live one, or one that could not load."""
        if before := self.pool.workers.of_app(State.LIVE) or self.pool.workers.of_app(State.RETIRING):
            before.retire(within=HANDOVER_SECONDS)
            self.predecessor = before

    def _try_again(self) -> None:
        self.pool.spares.kill_all()
        self.is_second_try, self.edited = True, None
        self._load()

    def _live(self, worker: WorkerHandle, routes: tuple[Route, ...]) -> None:
        if self.first_failure and not self.is_exclusive:
            self.is_exclusive = True
            log.warning(
                "The app loads only after the process before it has ended (%s). So from now on, at each save that one "
                "ends first, and requests wait meanwhile.",
                self.first_failure.summary,
            )
        before = self.pool.workers.of_app(State.LIVE)
        worker.order(messages.Live(self.dispatcher.next_generation), State.LIVE)
        details = self.dispatcher.live(routes, is_swap=worker.is_swap)
        self.dispatcher.pass_on(worker)
        log.info("Live in %s", details)
        if before:
            before.retire()
        self.pool.spares.want()
        self.roles.restart()

    def _failed(self, worker: WorkerHandle, failure: Failure) -> None:
        """What only one process can own (a port, a lock, a database's file) may be what the live worker still has."""
        worker.become(State.RETIRING)
        if self.pool.workers.of_app(State.LIVE) and not failure.is_certain and not self.is_second_try:
            self.first_failure = failure
            self._retire_first()
            self._try_again()
        else:
            self._broken(failure)

    def _broken(self, failure: Failure) -> None:
        self.dispatcher.broken(failure)
        if live := self.pool.workers.of_app(State.LIVE):
            live.retire()
        self.pool.spares.want()

    def _exited(self, worker: WorkerHandle, state: State, seconds: float, status: int | None) -> None:
        self.dispatcher.take_back(worker.not_taken.values())
        if worker is self.predecessor:
            self.predecessor = None
            self._load()
        elif state is State.LOADING and (status is None or status < 0) and not self.is_second_try:
            # A signal may have come from outside, or have met the worker before it began: that is not the app's fault.
            self._try_again()
        elif state is State.LOADING:
            self._broken(Failure(f"The app's process did not finish loading: {in_words(status)}."))
        elif state is State.LIVE:
            self._crashed(in_words(status), seconds)

    def _crashed(self, how: str, seconds: float) -> None:
        self.crashes = self.crashes + 1 if seconds < CRASH_SECONDS else 1
        self.dispatcher.crashed(how)
        if self.pool.workers.of_app(State.LOADING):
            log.error("The app's process crashed: %s. The next one is loading already.", how)
        elif self.crashes > MOST_CRASHES:
            self._broken(Failure(f"The app's process crashes again and again: {how}. The next save starts it anew."))
        else:
            log.error("The app's process crashed: %s. It is started anew.", how)
            self._reload(set())
