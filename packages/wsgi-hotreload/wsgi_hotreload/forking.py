"""A process that others are forked from: it tells how each ended, and ends what each has left behind."""

import contextlib
import os
import selectors
import signal
import time
import warnings
from typing import Any, NoReturn

from wsgi_hotreload.channel import Channel
from wsgi_hotreload.processes import adopt_orphans, children

# For what a worker has left behind: first asked to end, then ended.
ORPHAN_SECONDS = 2.0


class Forker:
    """Obeys the supervisor, at the other end of a channel, in a process without threads."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.selector = selectors.DefaultSelector()
        self.selector.register(channel, selectors.EVENT_READ)
        self.workers: dict[int, int] = {}
        # Processes that come here when their parent ends, and that the supervisor still wants.
        self.wanted: set[int] = set()
        self.orphans: dict[int, float] = {}
        self.new_worker: Channel | None = None
        adopt_orphans()

    def run(self) -> None:
        """Return in each process that is forked, with the channel being that process's own; never in this one."""
        try:
            while not self.new_worker:
                self._attend()
        except BrokenPipeError:  # the supervisor ended while it was told something
            self._end()
        self.selector.close()
        for pidfd in self.workers:
            os.close(pidfd)
        self.channel.become(self.new_worker)

    def obey(self, message: dict[str, Any]) -> None:
        """Do what only some of these processes can do."""

    def _attend(self) -> None:
        for key, _ in self.selector.select(timeout=ORPHAN_SECONDS if self.orphans else None):
            if key.fileobj is not self.channel:
                self._bury(key.data)
            elif self._hear():
                return
        self._end_orphans()

    def _hear(self) -> bool:
        """Whether this is now a process that was forked."""
        received = self.channel.receive()
        if received is None:
            self._end()
        message, descriptor = received
        if "fork" in message and descriptor is not None:
            return self._fork(message["fork"], Channel.of_descriptor(descriptor))
        if "wanted" in message:
            self.wanted.add(message["wanted"])
        elif "unwanted" in message:
            self.wanted.discard(message["unwanted"])
        else:
            self.obey(message)
        return False

    def _end(self) -> NoReturn:
        """There is no supervisor any more: leave nothing behind."""
        while pids := children():
            for pid in pids:
                # What these have forked comes here in turn.
                with contextlib.suppress(ProcessLookupError, ChildProcessError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
        os._exit(0)

    def _fork(self, number: int, channel: Channel) -> bool:
        with warnings.catch_warnings():
            # Numerical libraries have threads of their own, which they know to start again after a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            self.new_worker = channel
            return True
        channel.close()
        pidfd = os.pidfd_open(pid)
        self.workers[pidfd] = pid
        self.selector.register(pidfd, selectors.EVENT_READ, (pidfd, number))
        self.channel.send({"forked": number, "pid": pid})
        return False

    def _bury(self, ended: tuple[int, int]) -> None:
        pidfd, number = ended
        _, status = os.waitpid(self.workers.pop(pidfd), 0)
        self.selector.unregister(pidfd)
        os.close(pidfd)
        self.channel.send({"ended": number, "status": os.waitstatus_to_exitcode(status)})
        for pid in list(self.wanted):
            with contextlib.suppress(ChildProcessError):  # it is not here yet
                if os.waitpid(pid, os.WNOHANG)[0]:
                    self.wanted.discard(pid)
        for pid in children() - set(self.workers.values()) - self.wanted - self.orphans.keys():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            self.orphans[pid] = time.monotonic() + ORPHAN_SECONDS

    def _end_orphans(self) -> None:
        for pid, deadline in list(self.orphans.items()):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    if time.monotonic() > deadline:
                        os.kill(pid, signal.SIGKILL)
                    continue
            del self.orphans[pid]
