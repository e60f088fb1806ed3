"""Import what nobody edits once, and not at each save.

A *snapshot* is a copy of a worker, made by fork at the moment before a module is run that was edited lately. Workers
that are forked from it go on right there, in the middle of an import, with the file as it is now. All that ran before
has run in the order of the program and with all of its effects, so they end where a new interpreter would end, which is
not so if modules are imported ahead of their turn: one may count what another has registered, or use what another has
patched.

So a snapshot is right as long as no file was made, moved or removed, and none has changed that it has read. And it must
be possible to go on from it more than once: see ``fork_hazards``.
"""

import gc
import os
import random
from collections.abc import Iterable

from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.fork_server import ForkServer
from wsgi_hotreload.processes.messages import NotForkable, Snapshot, SnapshotReady
from wsgi_hotreload.worker.bytecode import PreciseLoader
from wsgi_hotreload.worker.file_access import Reads
from wsgi_hotreload.worker.fork_hazards import ForkHazards, why_not_forkable

# With fewer modules before, importing them again takes no longer than what a snapshot takes.
FEWEST_MODULES = 50


class SnapshotPoint:
    """Waits in a worker for the moment to make a snapshot."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._before = ForkHazards.now()
        self._modules: list[str] = []
        self._reads = Reads()
        self._recent: frozenset[str] = frozenset()
        PreciseLoader.before_run = self._reached

    def expect(self, recent: Iterable[str]) -> None:
        """Make a snapshot before the first of these files is run, once, if it is worth it."""
        self._recent = frozenset(recent)

    def end(self) -> None:
        """From now on the app may read what it likes: its load is over, or there is a snapshot of it."""
        self._reads.end()
        self._recent = frozenset()

    def _reached(self, path: str) -> None:
        if path not in self._recent:
            self._modules.append(path)
            return
        self.end()
        if len(self._modules) < FEWEST_MODULES:
            return
        if reason := why_not_forkable(self._before):
            self._channel.send(NotForkable(reason))
        else:
            self._fork(path)

    def _fork(self, path: str) -> None:
        """Return in the worker, and in each one that is forked from the snapshot."""
        ours, theirs = Channel.pair()
        # Python gives each process that is forked other random numbers, also if the app has set a seed.
        state = random.getstate()
        pid = os.fork()
        if pid:
            self._channel.send(Snapshot(pid, path), theirs.fileno())
            ours.close()
            theirs.close()
            return
        theirs.close()
        self._channel.become(ours)
        snapshot = ForkServer(self._channel)
        modules = dict.fromkeys(self._modules)
        files = {name: state for name, state in self._reads.files.items() if name not in modules and name != path}
        self._channel.send(SnapshotReady(list(modules), files, self._reads.folders))
        gc.freeze()
        snapshot.run()
        random.setstate(state)
        try:
            self._channel.receive()  # Load
        except EOFError:  # the supervisor needs no spare worker any more; the app must not see the exception
            os._exit(0)
