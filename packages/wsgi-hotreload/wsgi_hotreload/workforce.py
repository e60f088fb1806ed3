"""Have a worker ready at any time, forked from a zygote that has loaded what the app uses."""

from __future__ import annotations

import logging
import selectors
from pathlib import Path
from typing import Protocol

from wsgi_hotreload.channel import Channel, Message
from wsgi_hotreload.children import Layer, Parent, Worker, Zygote, in_words
from wsgi_hotreload.environment import Changes

log = logging.getLogger("wsgi_hotreload")


class Boss(Protocol):
    """Who wants to know what workers say, and how they end."""

    def heard(self, worker: Worker, message: Message) -> None: ...

    def ended(self, worker: Worker, status: int | None) -> None:
        """A worker has ended, with an exit code as ``subprocess`` gives it; None is not known."""


class Workforce:
    """The newest zygote and layer, older ones as long as their workers live, and a spare worker of each newest."""

    def __init__(
        self, factory: str, source: Path, address: tuple[str, int], selector: selectors.BaseSelector, boss: Boss
    ) -> None:
        self._factory = factory
        self._source = source
        self._address = address
        self._selector = selector
        self._boss = boss
        self._next_number = 1
        self._spares: dict[Parent, Worker] = {}
        self._older: list[Parent] = []
        # Set when an import has started a thread: then workers import libraries by themselves.
        self._imports_ahead = True
        self._zygote = self._start_zygote()
        self._layer: Layer | None = None
        self._newest: Worker | None = None
        self._obstacles: set[str] = set()

    def next_worker(self, edited: set[Path] | None, recent: list[str]) -> Worker:
        """A worker that waits to be told to load; from then on it is the caller's.

        It may have loaded already what is as it was: ``edited`` are the files that are not, or None
        if more has happened than edits, and ``recent`` those that are likely to be edited next.
        """
        if self._layer and (edited is None or not self._layer.is_right_after(edited, recent)):
            self._drop_layer()
        parent = self._layer or self._zygote
        self._newest = self._spares.pop(parent, None) or self._fork(parent)
        return self._newest

    def have_spares(self) -> None:
        """Fork the next worker ahead of time, wherever it will be forked from."""
        for parent in (self._zygote, self._layer):
            if parent and parent not in self._spares:
                self._spares[parent] = self._fork(parent)

    def renew(self) -> None:
        """Fork from a zygote that has loaded nothing yet; workers that live go on."""
        self._drop_layer()
        self._drop(self._zygote)
        self._zygote = self._start_zygote()
        self.have_spares()

    @property
    def environment(self) -> Changes:
        """The variables that were set while libraries were imported ahead of time."""
        return self._zygote.environment

    def import_ahead(self, names: list[str], environment: Changes) -> bool:
        """Load libraries for all workers to come, as the app does: with these variables set.

        Returns whether the libraries that are loaded already were loaded like that. If not, they are
        loaded anew for the next worker, and the one that serves may behave otherwise than it should.
        """
        zygote = self._zygote
        if zygote.imported and zygote.environment != environment:
            log.info("The app sets other variables of the environment than before: libraries are loaded anew.")
            self.renew()
            return False
        zygote.environment = environment
        new = [name for name in names if name not in zygote.imported]
        if new and self._imports_ahead:
            zygote.import_ahead(new)
        return True

    def end(self) -> None:
        if self._layer:
            self._layer.end()
        for parent in [*self._older, self._zygote]:
            parent.end()

    # Zygotes, layers, and their workers

    def _start_zygote(self) -> Zygote:
        zygote = Zygote(self._factory, self._source, self._address)
        self._selector.register(zygote.channel, selectors.EVENT_READ, lambda _: self._hear_parent(zygote))
        return zygote

    def _add_layer(self, worker: Worker, message: Message, channel: Channel) -> None:
        if worker is not self._newest or worker.parent is not self._zygote:
            channel.close()  # it has loaded what has changed since
            return
        self._drop_layer()
        layer = self._layer = Layer(channel, message["layer"], message["before"], self._zygote)
        self._zygote.leave_alive(layer.pid)
        self._selector.register(channel, selectors.EVENT_READ, lambda _: self._hear_parent(layer))

    def _drop_layer(self) -> None:
        layer, self._layer = self._layer, None
        if layer:
            self._drop(layer)

    def _drop(self, parent: Parent) -> None:
        """Fork no more from it; it ends with its last worker."""
        if spare := self._spares.pop(parent, None):
            spare.kill()
        self._older.append(parent)
        self._end_unused()

    def _end_unused(self) -> None:
        for parent in [parent for parent in self._older if not parent.workers]:
            if not any(isinstance(other, Layer) and other.zygote is parent for other in self._older):
                self._older.remove(parent)
                self._selector.unregister(parent.channel)
                parent.end()

    def _fork(self, parent: Parent) -> Worker:
        worker = parent.fork(self._next_number)
        self._next_number += 1
        self._selector.register(worker.channel, selectors.EVENT_READ, lambda _: self._hear_worker(worker))
        return worker

    def _bury(self, worker: Worker, status: int | None) -> None:
        worker.parent.workers.pop(worker.number, None)
        if isinstance(worker.parent, Layer) and worker.pid:
            worker.parent.zygote.leave_alive(worker.pid, is_wanted=False)
        if self._spares.get(worker.parent) is worker:
            del self._spares[worker.parent]
            self.have_spares()
        self._boss.ended(worker, status)
        self._end_unused()

    # What they say

    def _hear_worker(self, worker: Worker) -> None:
        received = worker.channel.receive()
        if not received:
            self._selector.unregister(worker.channel)
            worker.channel.close()
            if not worker.parent.is_alive:
                self._bury(worker, None)
            return
        message, descriptor = received
        if "layer" in message and descriptor is not None:
            self._add_layer(worker, message, Channel.of_descriptor(descriptor))
        elif "no layer" in message:
            self._tell_once(message["no layer"])
        else:
            self._boss.heard(worker, message)

    def _hear_out(self, worker: Worker) -> None:
        """Hear first what it said before it ended: that came on another channel than the news of its end."""
        while not worker.channel.is_closed and worker.channel.has_something():
            self._hear_worker(worker)

    def _hear_parent(self, parent: Parent) -> None:
        received = parent.channel.receive()
        if not received:
            self._parent_ended(parent)
            return
        message, _ = received
        if "forked" in message:
            worker = parent.workers[message["forked"]]
            worker.pid = message["pid"]
            if isinstance(parent, Layer):
                parent.zygote.leave_alive(message["pid"])
            if worker.is_unwanted:
                worker.kill()
        elif "ended" in message:
            worker = parent.workers[message["ended"]]
            self._hear_out(worker)
            self._bury(worker, message["status"])
        elif "imported" in message:
            self._imported(parent, message["thread_starter"])
        elif isinstance(parent, Layer):
            parent.reads.update(message.get("read", ()))
            if "complete" in message:
                parent.is_complete = True
                self.have_spares()

    def _imported(self, zygote: Parent, thread_starter: str | None) -> None:
        if zygote is not self._zygote:
            return
        # What has been forked so far lacks the libraries.
        self._drop_layer()
        if thread_starter:
            log.warning("Importing %s starts a thread, so libraries are imported anew at each save.", thread_starter)
            self._imports_ahead = False
            self.renew()
        elif spare := self._spares.pop(zygote, None):
            spare.kill()
        self.have_spares()

    def _parent_ended(self, parent: Parent) -> None:
        self._selector.unregister(parent.channel)
        parent.channel.close()
        parent.is_alive = False
        if spare := self._spares.pop(parent, None):
            spare.kill()
        if parent in self._older:
            self._older.remove(parent)
        elif isinstance(parent, Layer):
            self._layer = None
        else:
            before = self._zygote
            log.error("The zygote is gone: %s. It is started anew, workers go on.", in_words(before.process.wait()))
            self._drop_layer()
            self._zygote = self._start_zygote()
            self.have_spares()
            self.import_ahead(list(before.imported), before.environment)
        for worker in list(parent.workers.values()):
            if worker.channel.is_closed:
                self._bury(worker, None)

    def _tell_once(self, obstacle: str) -> None:
        if obstacle not in self._obstacles:
            self._obstacles.add(obstacle)
            log.info("All of the app is imported at each save, as it %s while it is imported.", obstacle)
