"""Copies of a worker that later workers go on from, so that they need not load what has not changed.

A *snapshot* is made by fork, and waits. Workers that are forked from it go on right there. There are two kinds:

- one *in mid-load*, from the moment before a module is run that was edited lately. Workers go on in the middle of an
  import, with the file as it is now. All that ran before has run in the order of the program and with all of its
  effects, so they end where a new interpreter would end, which is not so if modules are imported ahead of their turn:
  one may count what another has registered, or use what another has patched. It is right as long as no file was made,
  moved or removed, and none has changed that it has read;
- one *of the loaded app*, in which workers swap the code of functions: see ``code_swap``.

It must be possible to go on from it more than once: see ``fork_hazards``.
"""

import contextlib
import os
import random
import select
import signal
from collections.abc import Iterable
from types import CodeType
from typing import NoReturn

from wsgi_hotreload import debug_session
from wsgi_hotreload.processes import installed, messages, shared_memory
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.fork_server import ForkServer
from wsgi_hotreload.processes.messages import Message
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import audit, kept_modules
from wsgi_hotreload.worker.bytecode import PreciseLoader
from wsgi_hotreload.worker.code_swap import NotSwappableError
from wsgi_hotreload.worker.code_swap.holders import Holders
from wsgi_hotreload.worker.code_swap.load_record import LoadRecord
from wsgi_hotreload.worker.code_swap.swapping import swap
from wsgi_hotreload.worker.fork_hazards import ForkHazards

# For the first requests to the app that was copied, which need the cores.
SETTLING_SECONDS = 0.05
LEAST_URGENT = 19  # nice(2)
# With fewer modules before, importing them again takes no longer than what a snapshot in mid-load takes.
FEWEST_MODULES = 50


class _SnapshotServer(ForkServer):
    def obey(self, message: Message) -> None:
        match message:
            case messages.Keep(files):
                kept_modules.keep(files)
            case _:
                super().obey(message)


class Snapshots:
    """Makes them at the right moments of a load."""

    def __init__(self, channel: Channel, source: SourceTree) -> None:
        self._channel = channel
        self._prefix = f"{source.root}/"
        self._hazards = ForkHazards(self._prefix)
        # The files of the app's modules that were run, in order.
        self.modules: dict[str, None] = {}
        self._imported: set[str] = set()
        self._recent: frozenset[str] = frozenset()
        self._made: set[int] = set()
        self._record = LoadRecord(self._prefix)
        self.reads = self._record.reads
        self._listeners: dict[str, audit.Listener] = {"exec": self._executed}
        audit.listen(self._listeners)
        PreciseLoader.before_run = self._before_run

    def expect(self, recent: Iterable[str]) -> None:
        """Make a snapshot before the first of these files is run, once, if it is worth it."""
        if not debug_session.is_on():  # the debugger's threads do not survive a fork
            self._recent = frozenset(recent)

    def end_load(self) -> None:
        self._record.end()
        audit.stop_listening(self._listeners)
        self._hazards.origins.end()
        self._recent = frozenset()
        self._channel.send(self.reads.below(self._prefix))

    def _executed(self, code: object) -> None:
        """Other loaders, as of ``importlib.util.spec_from_file_location``, do not call ``_before_run``."""
        file = code.co_filename if isinstance(code, CodeType) else ""
        if file.startswith(self._prefix) and file not in self._imported:
            self.reads.note(file)

    def _before_run(self, path: str) -> None:
        self._imported.add(path)
        if self.reads.is_linked(path):
            self.reads.note(path)
        if path not in self._recent:
            self.modules[path] = None
            return
        self._recent = frozenset()
        if len(self.modules) >= FEWEST_MODULES:
            # Python gives each process that is forked other random numbers, also if the app has set a seed.
            state = random.getstate()
            if self._fork(path):
                random.setstate(state)

    def of_loaded_app(self) -> bool:
        """Make one, and return whether this is a worker that was forked from it, with the code of edited functions."""
        try:
            self._record.check()
        except NotSwappableError as error:
            self._channel.send(messages.NotSwappable(error.reason, error.where))
            return False
        match self._fork(None):
            case None:
                return False
            case messages.Swap(files):
                installed.reseed_random_generators()
                try:
                    swap(files, self._record, self._holders)
                except NotSwappableError as error:
                    self._refuse(messages.NotSwappable(error.reason, error.where))
                return True
            case message:
                raise messages.UnknownMessageError(message)

    def _refuse(self, reason: messages.NotSwappable | messages.NotForkable) -> NoReturn:
        with contextlib.suppress(OSError):
            self._channel.send(reason)
        self._end()

    @staticmethod
    def _end() -> NoReturn:
        os.nice(LEAST_URGENT)  # to give back the memory of a large process takes milliseconds
        os._exit(0)

    def _fork(self, before: str | None) -> Message | None:
        """Return None in the worker, and in each one that is forked from the snapshot the first message to it."""
        if hazard := self._hazards.find(self._made):
            self._channel.send(messages.NotForkable(*hazard, is_loaded=before is None))
            return None
        ours, theirs = Channel.pair()
        pid = os.fork()
        if pid:
            self._made.add(pid)
            self._channel.send(messages.Snapshot(pid, before), theirs.fileno())
            ours.close()
            theirs.close()
            return None
        theirs.close()
        self._made.clear()
        self._channel.become(ours)
        snapshot = _SnapshotServer(self._channel)
        try:
            if before is None:
                # A save that comes meanwhile waits for what follows, which takes less than a load.
                select.select([self._channel], [], [], SETTLING_SECONDS)
                self._holders = Holders(self._prefix)
            if hazard := self._hazards.find_in_copy():
                self._refuse(messages.NotForkable(*hazard, is_loaded=before is None))
            self._channel.send(messages.SnapshotReady(list(self.modules), self.reads.files, self.reads.folders))
            with audit.unheard():  # it reads modules to keep, which is no reading of the app's
                snapshot.run()
            shared_memory.copy_ahead(self._channel.has_packet)
            message, _ = self._channel.receive()
        except NotSwappableError as error:
            self._refuse(messages.NotSwappable(error.reason, error.where))
        except (EOFError, OSError):  # the supervisor needs it no more; the app must not see the exception
            self._end()
        try:
            self._hazards.files.open_again()
        except OSError:  # to the supervisor as if somebody had killed it: it has the app loaded
            signal.raise_signal(signal.SIGKILL)
        return message
