"""Have a worker ready at any time, forked from a zygote that has loaded what the app uses."""

from __future__ import annotations

import logging
import selectors
from pathlib import Path
from typing import Protocol

from hotreload.channel import Message
from hotreload.children import Worker, Zygote, in_words
from hotreload.environment import Changes

log = logging.getLogger("hotreload")


class Boss(Protocol):
    """Who wants to know what workers say, and how they end."""

    def heard(self, worker: Worker, message: Message) -> None: ...

    def ended(self, worker: Worker, status: int | None) -> None:
        """A worker has ended, with an exit code as ``subprocess`` gives it; None is not known."""


class Workforce:
    """The newest zygote, older ones as long as their workers live, and a spare worker."""

    def __init__(
        self, factory: str, source: Path, address: tuple[str, int], selector: selectors.BaseSelector, boss: Boss
    ) -> None:
        self._factory = factory
        self._source = source
        self._address = address
        self._selector = selector
        self._boss = boss
        self._next_number = 1
        self._spare: Worker | None = None
        self._older_zygotes: list[Zygote] = []
        # Set when an import has started a thread: then workers import libraries by themselves.
        self._imports_ahead = True
        self._zygote = self._start_zygote()

    def next_worker(self) -> Worker:
        """A worker that waits to be told to load; from then on it is the caller's."""
        worker, self._spare = self._spare or self._fork(), None
        return worker

    def have_spare(self) -> None:
        """Fork the next worker ahead of time."""
        if not self._spare:
            self._spare = self._fork()

    def renew(self) -> None:
        """Fork from a zygote that has loaded nothing yet; workers that live go on."""
        self._older_zygotes.append(self._zygote)
        self._zygote = self._start_zygote()
        self._replace_spare()
        self._end_unused_zygotes()

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
        for zygote in [*self._older_zygotes, self._zygote]:
            zygote.end()

    def _start_zygote(self) -> Zygote:
        zygote = Zygote(self._factory, self._source, self._address)
        self._selector.register(zygote.channel, selectors.EVENT_READ, lambda _: self._hear_zygote(zygote))
        return zygote

    def _fork(self) -> Worker:
        worker = self._zygote.fork(self._next_number)
        self._next_number += 1
        self._selector.register(worker.channel, selectors.EVENT_READ, lambda _: self._hear_worker(worker))
        return worker

    def _replace_spare(self) -> None:
        if self._spare:
            self._spare.kill()
            self._spare = None
        self.have_spare()

    def _hear_worker(self, worker: Worker) -> None:
        received = worker.channel.receive()
        if received:
            self._boss.heard(worker, received[0])
            return
        self._selector.unregister(worker.channel)
        worker.channel.close()
        if not worker.zygote.is_alive:
            self._bury(worker, None)

    def _hear_zygote(self, zygote: Zygote) -> None:
        received = zygote.channel.receive()
        if not received:
            self._zygote_ended(zygote)
            return
        message, _ = received
        if "forked" in message:
            worker = zygote.workers[message["forked"]]
            worker.pid = message["pid"]
            if worker.is_unwanted:
                worker.kill()
        elif "ended" in message:
            self._bury(zygote.workers[message["ended"]], message["status"])
        elif "imported" in message:
            self._imported(zygote, message["thread_starter"])

    def _imported(self, zygote: Zygote, thread_starter: str | None) -> None:
        if zygote is not self._zygote:
            return
        if thread_starter:
            log.warning("Importing %s starts a thread, so libraries are imported anew at each save.", thread_starter)
            self._imports_ahead = False
            self.renew()
        else:
            self._replace_spare()

    def _bury(self, worker: Worker, status: int | None) -> None:
        worker.zygote.workers.pop(worker.number, None)
        if worker is self._spare:
            self._spare = None
            self.have_spare()
        self._boss.ended(worker, status)
        self._end_unused_zygotes()

    def _end_unused_zygotes(self) -> None:
        for zygote in [zygote for zygote in self._older_zygotes if not zygote.workers]:
            self._older_zygotes.remove(zygote)
            self._selector.unregister(zygote.channel)
            zygote.end()

    def _zygote_ended(self, zygote: Zygote) -> None:
        self._selector.unregister(zygote.channel)
        zygote.channel.close()
        zygote.is_alive = False
        if zygote in self._older_zygotes:
            self._older_zygotes.remove(zygote)
        else:
            log.error("The zygote is gone: %s. It is started anew, workers go on.", in_words(zygote.process.wait()))
            self._zygote = self._start_zygote()
            self._replace_spare()
            self.import_ahead(list(zygote.imported), zygote.environment)
        for worker in list(zygote.workers.values()):
            if worker.channel.is_closed:
                self._bury(worker, None)
