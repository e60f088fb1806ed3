"""A process that others are forked from: it reports how each ended, and ends what each has left behind."""

import contextlib
import os
import selectors
import signal
import time
import warnings
from typing import NoReturn

from wsgi_hotreload.processes import messages
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.linux import adopt_orphans, children
from wsgi_hotreload.processes.messages import Message

# From SIGTERM to SIGKILL for what a worker has left behind.
ORPHAN_SECONDS = 2.0


class ForkServer:
    """Obeys the supervisor, at the other end of a channel, in a process without threads."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self._selector = selectors.DefaultSelector()
        self._selector.register(channel, selectors.EVENT_READ)
        self._workers: dict[int, int] = {}
        # Live ones that are re-parented here when their parent ends, and that are no orphans.
        self._descendants: set[int] = set()
        # When each orphan is killed.
        self._orphans: dict[int, float] = {}
        self._new_worker: Channel | None = None
        adopt_orphans()

    def run(self) -> None:
        """Return in each process that is forked, with the channel being that process's own; never in this one."""
        try:
            while not self._new_worker:
                self._wait()
        except (BrokenPipeError, EOFError):  # there is no supervisor any more
            _end_all()
        self._selector.close()
        for pidfd in self._workers:
            os.close(pidfd)
        self.channel.become(self._new_worker)

    def obey(self, message: Message) -> None:
        """Do what only some of these processes can do.

        Raises:
            UnknownMessageError: this one cannot.
        """
        raise messages.UnknownMessageError(message)

    def _wait(self) -> None:
        ready = self._selector.select(timeout=ORPHAN_SECONDS if self._orphans else None)
        # First what was said before a process ended: it may name a descendant of that, which is no orphan then.
        while self.channel.has_packet():
            match self.channel.receive():
                case messages.Fork(number), int(descriptor):
                    self._fork(number, Channel.of_descriptor(descriptor))
                    if self._new_worker:
                        return
                case messages.RegisterDescendant(pid), _:
                    self._descendants.add(pid)
                case messages.ForgetDescendant(pid), _:
                    self._descendants.discard(pid)
                case message, _:
                    self.obey(message)
        for key, _ in ready:
            if key.fileobj is not self.channel:
                self._reap(*key.data)
        self._kill_orphans()

    def _fork(self, number: int, channel: Channel) -> None:
        with warnings.catch_warnings():
            # Numerical libraries have threads of their own, which they know to start again after a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            self._new_worker = channel
            return
        channel.close()
        pidfd = os.pidfd_open(pid)
        self._workers[pidfd] = pid
        self._selector.register(pidfd, selectors.EVENT_READ, (pidfd, number))
        self.channel.send(messages.Forked(number, pid))

    def _reap(self, pidfd: int, number: int) -> None:
        _, status = os.waitpid(self._workers.pop(pidfd), 0)
        self._selector.unregister(pidfd)
        os.close(pidfd)
        self.channel.send(messages.Ended(number, os.waitstatus_to_exitcode(status)))
        for pid in list(self._descendants):
            with contextlib.suppress(ChildProcessError):  # it is not here yet
                if os.waitpid(pid, os.WNOHANG)[0]:
                    self._descendants.discard(pid)
        for pid in children() - set(self._workers.values()) - self._descendants - self._orphans.keys():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            self._orphans[pid] = time.monotonic() + ORPHAN_SECONDS

    def _kill_orphans(self) -> None:
        for pid, deadline in list(self._orphans.items()):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    if time.monotonic() > deadline:
                        os.kill(pid, signal.SIGKILL)
                    continue
            del self._orphans[pid]


def _end_all() -> NoReturn:
    """Leave nothing behind."""
    while pids := children():
        for pid in pids:
            # What these have forked is re-parented here in turn.
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
    os._exit(0)
