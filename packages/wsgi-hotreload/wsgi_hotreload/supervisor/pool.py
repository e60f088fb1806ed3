"""The workers and what they are forked from. What happens to them is returned as events: nothing calls back."""

import logging
import selectors
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from wsgi_hotreload.processes import messages
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.exit_status import in_words
from wsgi_hotreload.supervisor.handles import ForkServerHandle, State, WorkerHandle, ZygoteHandle
from wsgi_hotreload.supervisor.libraries import Libraries
from wsgi_hotreload.supervisor.snapshots import SnapshotHandle, Snapshots
from wsgi_hotreload.supervisor.spares import Spares
from wsgi_hotreload.supervisor.workers import Event, Exited, Said, Workers

log = logging.getLogger("wsgi_hotreload")


class WorkerPool:
    """The newest zygote and snapshots, older ones as long as their workers live, and a spare worker of each newest."""

    def __init__(self, factory: str, source: Path, address: tuple[str, int], selector: selectors.BaseSelector) -> None:
        """``selector`` gets each channel with a function that returns the events of what came over it."""
        self._factory = factory
        self._source = source
        self._address = address
        self._selector = selector
        self._next_number = 1
        self.workers = Workers()
        self._older: list[ForkServerHandle] = []
        self._libraries = Libraries()
        self._snapshots = Snapshots()
        self.spares = Spares(self.workers, self._next_parents, self._fork)
        self._zygote = self._start_zygote()
        # The one that loads the app, or did last.
        self.newest: WorkerHandle | None = None
        # The files that are likely to be edited next.
        self._recent: list[str] = []

    def load(self, edited: set[Path] | None, recent: list[str]) -> str | None:
        """Have the next worker load the app, or if it can serve the one that is loaded with code swapped.

        ``edited`` are the files that are not as they were, or None if more has happened than edits, and ``recent``
        those that are likely to be edited next. Returns why code is not swapped after an edit, if it is not.
        """
        if edited is None:
            self._drop(*self._snapshots)
        for snapshot in self._snapshots:
            snapshot.edited |= edited or set()
        is_there = self._snapshots.loaded or self.workers.of_app(State.LIVE)
        reason = self._snapshots.why_not_swap() if is_there else "no app was there before the edit"
        if edited and not reason and (loaded := self._snapshots.loaded):
            self.newest = self.spares.take(loaded)
            self.newest.is_swap = True
            self.newest.order(messages.Swap(sorted(map(str, loaded.edited))), State.LOADING)
        else:
            self.load_anew(recent)
        return reason if edited else None

    def load_anew(self, recent: list[str]) -> None:
        """Have the next worker load the app, and not swap code."""
        self._recent = recent
        snapshot = self._snapshots.in_mid_load
        if snapshot and not snapshot.is_right_before(recent):
            self._drop(snapshot)
        parent = self._snapshots.in_mid_load or self._zygote
        self.newest = self.spares.take(parent)
        self.newest.order(messages.Load(recent), State.LOADING)

    def run(self, role: str, command: str) -> WorkerHandle:
        """Run the command of a role, with all libraries loaded that the app uses."""
        worker = self._fork(self._zygote)
        worker.role = role
        worker.order(messages.RunRole(command), State.LIVE)
        return worker

    def renew(self) -> None:
        """Fork from a zygote that has loaded nothing yet; workers that live go on."""
        self._drop(*self._snapshots, self._zygote)
        self._zygote = self._start_zygote()
        self.spares.want()

    def import_ahead(self, worker: WorkerHandle, imported: messages.Imported) -> bool:
        """Load the libraries that a worker has imported for all to come. Returns False if they are loaded anew."""
        if worker.state is not State.LIVE and imported.environment != self._zygote.environment:
            return True  # of code before the last save; with the same variables, it is mostly still needed
        if reason := self._libraries.why_renew(imported, is_ahead=bool(self._zygote.imported)):
            log.info("%s: libraries are loaded anew.", reason)
        elif self._zygote.import_ahead(self._libraries.to_import(imported), imported.environment):
            self._keep_code(imported.files)
            return True
        else:
            log.info("The app sets other variables of the environment than before: libraries are loaded anew.")
        self.renew()
        return False

    def _keep_code(self, files: Iterable[str]) -> None:
        """Have the next workers find the code of the app's modules in memory, unless these are edited."""
        unedited = set(files).difference(self._recent)
        for parent in filter(None, (self._zygote, self._snapshots.in_mid_load)):
            parent.kept.difference_update(self._recent)
            if new := unedited - parent.kept:
                parent.kept |= new
                parent.channel.tell(messages.Keep(sorted(new)))
                self.spares.kill(parent)
        self.spares.want()

    def end(self) -> None:
        for worker in self.workers.values():
            if worker.role:  # which does not notice that there is no supervisor any more
                worker.kill()
        for parent in [*self._snapshots, *self._older, self._zygote]:
            parent.end()

    def _start_zygote(self) -> ZygoteHandle:
        zygote = ZygoteHandle(self._factory, self._source, self._address)
        self._selector.register(zygote.channel, selectors.EVENT_READ, partial(self._receive_from_parent, zygote))
        return zygote

    def _add_snapshot(self, worker: WorkerHandle, pid: int, before: str | None, channel: Channel) -> None:
        if worker is not self.newest or self._zygote not in (worker.parent, *worker.parent.ancestors):
            channel.close()  # it has loaded what has changed since
            return
        snapshot = SnapshotHandle(channel, before, worker.parent)
        if older := self._snapshots.put(snapshot):
            self._drop(older)
        snapshot.tell_ancestors(messages.RegisterDescendant(pid))
        self._selector.register(channel, selectors.EVENT_READ, partial(self._receive_from_parent, snapshot))

    def _drop(self, *parents: ForkServerHandle) -> None:
        """Fork no more from them; each ends with its last worker."""
        for parent in parents:
            if isinstance(parent, SnapshotHandle):
                self._snapshots.remove(parent)
            self.spares.kill(parent)
            self._older.append(parent)
        self._end_unused()

    def _next_parents(self) -> list[ForkServerHandle]:
        return [self._zygote, *(snapshot for snapshot in self._snapshots if snapshot.reads)]

    def _end_unused(self) -> None:
        used = {*self._snapshots, *(worker.parent for worker in self.workers.values())}
        used |= {ancestor for parent in used for ancestor in parent.ancestors}
        for parent in set(self._older) - used:
            self._older.remove(parent)
            self._selector.unregister(parent.channel)
            parent.end()

    def _fork(self, parent: ForkServerHandle) -> WorkerHandle:
        worker = self.workers[self._next_number] = parent.fork(self._next_number)
        self._next_number += 1
        self._selector.register(worker.channel, selectors.EVENT_READ, partial(self._receive_from_worker, worker))
        return worker

    def _reap(self, worker: WorkerHandle, status: int | None) -> list[Event]:
        del self.workers[worker.number]
        if worker.pid:
            worker.parent.tell_ancestors(messages.ForgetDescendant(worker.pid))
        state, seconds = worker.state, time.monotonic() - worker.since
        if state is not State.DEAD:
            worker.become(State.DEAD)
        if state is State.SPARE:
            self.spares.want()
        self._end_unused()
        return [Exited(worker, state, seconds, status)]

    def _receive_from_worker(self, worker: WorkerHandle) -> list[Event]:
        try:
            received = worker.channel.receive_packet()
        except EOFError:
            self._selector.unregister(worker.channel)
            worker.channel.close()
            # Unless its end was reported already, and only a process that it has started had the channel open.
            is_orphan = worker.number in self.workers and worker.parent.channel.is_closed
            return self._reap(worker, None) if is_orphan else []
        match received:
            case None:
                pass  # a part of a message
            case messages.Taken(number), _:
                worker.not_taken.pop(number).socket.close()
            case messages.Snapshot(pid, before), int(descriptor):
                self._add_snapshot(worker, pid, before, Channel.of_descriptor(descriptor))
            case (messages.NotForkable() | messages.NotSwappable()) as refusal, _ if not worker.is_swap:
                self._snapshots.refused(refusal)
            case message, _:
                return [Said(worker, message)]
        return []

    def _ended(self, worker: WorkerHandle, status: int | None) -> Iterator[Event]:
        """First what it said before, over another channel than the one that reports its end."""
        while not worker.channel.is_closed and worker.channel.has_packet():
            yield from self._receive_from_worker(worker)
        yield from self._reap(worker, status)

    def _receive_from_parent(self, parent: ForkServerHandle) -> Iterable[Event]:
        try:
            received = parent.channel.receive_packet()
        except EOFError:
            return self._parent_ended(parent)
        match received and received[0]:
            case None:
                pass  # a part of a message
            case messages.Forked(number, pid):
                self.workers[number].forked(pid)
                parent.tell_ancestors(messages.RegisterDescendant(pid))
            case messages.Ended(number, status):
                return self._ended(self.workers[number], status)
            case messages.ImportedAhead(thread_starter):
                self._imported(parent, thread_starter)
            case messages.SnapshotReady() as reads if isinstance(parent, SnapshotHandle):
                parent.reads = reads
                self.spares.want()
            case (messages.NotForkable() | messages.NotSwappable()) as refusal:
                self._snapshots.refused(refusal)
            case message:
                raise messages.UnknownMessageError(message)
        return []

    def _imported(self, zygote: ForkServerHandle, thread_starter: str | None) -> None:
        if zygote is not self._zygote:
            return
        # What has been forked so far lacks the libraries.
        if self._snapshots.in_mid_load:
            self._drop(self._snapshots.in_mid_load)
        if thread_starter:
            self._libraries.load_in_turn(f"Importing {thread_starter} starts a thread")
            self.renew()
        self.spares.kill(self._zygote)
        self.spares.want()

    def _parent_ended(self, parent: ForkServerHandle) -> list[Event]:
        self._selector.unregister(parent.channel)
        parent.channel.close()
        self.spares.kill(parent)
        if parent in self._older:
            self._older.remove(parent)
        elif isinstance(parent, SnapshotHandle):
            self._snapshots.remove(parent)
        elif isinstance(parent, ZygoteHandle):
            log.error("The zygote is gone: %s. It is started anew, workers go on.", in_words(parent.process.wait()))
            self._drop(*self._snapshots)
            self._zygote = self._start_zygote()
            self.spares.want()
            self._zygote.import_ahead(list(parent.imported), parent.environment)
        ended = [worker for worker in self.workers.values() if worker.parent is parent and worker.channel.is_closed]
        return [event for worker in ended for event in self._reap(worker, None)]
