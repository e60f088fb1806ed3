"""The process that workers are forked from: libraries loaded, no code of the app, no threads.

It obeys the supervisor: ``fork`` a worker, ``import`` more libraries ahead of time. And it tells how
each worker ended, and ends what a worker has left behind.
"""

import contextlib
import gc
import os
import selectors
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import NoReturn

from hotreload import bytecode, environment, modules, worker
from hotreload.channel import Channel
from hotreload.processes import adopt_orphans, children

# For what a worker has left behind: first asked to end, then ended.
ORPHAN_SECONDS = 2.0


def main(descriptor: int, factory: str, source: str, host: str, port: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the supervisor too, which tells us
    bytecode.install(Path(source))
    adopt_orphans()
    Zygote(Channel.of_descriptor(descriptor), factory, Path(source), (host, port)).run()


class Zygote:
    def __init__(self, channel: Channel, factory: str, source: Path, address: tuple[str, int]) -> None:
        self.channel = channel
        self.factory = factory
        self.source = source
        self.address = address
        self.selector = selectors.DefaultSelector()
        self.selector.register(channel, selectors.EVENT_READ)
        self.workers: dict[int, int] = {}
        self.orphans: dict[int, float] = {}

    def run(self) -> NoReturn:
        try:
            while True:
                self._attend()
        except BrokenPipeError:  # the supervisor ended while it was told something
            self._end()

    def _attend(self) -> None:
        for key, _ in self.selector.select(timeout=ORPHAN_SECONDS if self.orphans else None):
            if key.fileobj is self.channel:
                self._obey()
            else:
                self._bury(key.data)
        self._end_orphans()

    def _obey(self) -> None:
        received = self.channel.receive()
        if received is None:
            self._end()
        message, descriptor = received
        if "fork" in message and descriptor is not None:
            self._fork(message["fork"], Channel.of_descriptor(descriptor))
        elif "import" in message:
            with environment.applied(message["environment"]):
                thread_starter = modules.import_ahead(message["import"])
            # What is there now stays: forked processes need not look at it, and so not copy it.
            gc.collect()
            gc.freeze()
            self.channel.send({"imported": True, "thread_starter": thread_starter})

    def _end(self) -> NoReturn:
        """There is no supervisor any more: leave nothing behind."""
        for pid in children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os._exit(0)

    def _fork(self, number: int, channel: Channel) -> None:
        with warnings.catch_warnings():
            # Numerical libraries have threads of their own, which they know to start again after a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            self.channel.close()
            self.selector.close()
            for pidfd in self.workers:
                os.close(pidfd)
            worker.run(channel, self.factory, self.source, self.address)
        channel.close()
        pidfd = os.pidfd_open(pid)
        self.workers[pidfd] = pid
        self.selector.register(pidfd, selectors.EVENT_READ, (pidfd, number))
        self.channel.send({"forked": number, "pid": pid})

    def _bury(self, ended: tuple[int, int]) -> None:
        pidfd, number = ended
        _, status = os.waitpid(self.workers.pop(pidfd), 0)
        self.selector.unregister(pidfd)
        os.close(pidfd)
        self.channel.send({"ended": number, "status": os.waitstatus_to_exitcode(status)})
        for pid in children() - set(self.workers.values()) - self.orphans.keys():
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


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
