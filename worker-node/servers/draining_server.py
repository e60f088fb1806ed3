"""granian's server, with listening sockets of our own, a start that fails early and an end that loses nothing."""

import contextlib
import dataclasses
import logging
import multiprocessing
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

from granian._granian import SocketHolder
from granian.server.mp import MPServer

from servers.draining import Drain
from servers.listening import refuse_new_connections
from servers.loading import AppLoader

log = logging.getLogger(__name__)

# From the moment when no connection can begin any more, for those that have just begun:
# their requests are on the way.
LAST_REQUESTS_SECONDS = 0.25
# How soon a start that takes long notices that it shall end.
ATTENTION_SECONDS = 0.1


class DrainingServer(MPServer):
    """On SIGTERM: drain, let no connection begin any more, finish what was accepted, end.

    On SIGINT, or a second SIGTERM, the same without waiting for load balancers to take notice.
    """

    def __init__(self, listeners: Sequence[socket.socket], drain: Drain, drain_seconds: float, **options: Any) -> None:  # noqa: ANN401 - granian's
        super().__init__(**options)
        self._listeners = listeners
        self._drain = drain
        self._drain_seconds = drain_seconds
        self._is_serving = False
        # Workers that ended by themselves, and in whose place there is another.
        self.replaced = 0
        # A signal handler may interrupt anything, and this is the one queue that may be used then.
        self._signals: queue.SimpleQueue[int] = queue.SimpleQueue()
        threading.Thread(target=self._end_when_told, name="end", daemon=True).start()

    @property
    def is_draining(self) -> bool:
        return self._drain.has_begun

    # The end

    def signal_handler_interrupt(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._signals.put(signum)

    def _end_when_told(self) -> None:
        told = self._signals.get()
        self._drain.begin()
        if self._is_serving:
            if told == signal.SIGTERM and self._drain_seconds:
                log.info("Draining for %g s: not ready, and answers close their connections", self._drain_seconds)
                with contextlib.suppress(queue.Empty):
                    self._signals.get(timeout=self._drain_seconds)
            try:
                refuse_new_connections(self._listeners)
            except OSError as error:
                log.warning("Connections that begin right now may be lost: %s", error)
            time.sleep(LAST_REQUESTS_SECONDS)
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]

    # The start

    def _spawn_workers(self, spawn_target: Any, target_loader: AppLoader) -> None:  # noqa: ANN401 - granian's
        """Spawn one worker, and the others when it has made its app."""
        ours, report = multiprocessing.Pipe()
        first = self._spawn_worker(
            idx=0, target=spawn_target, callback_loader=dataclasses.replace(target_loader, report=report)
        )
        self.wrks.append(first)
        first.start()
        report.close()
        failure = self._wait_for(ours, first)
        if failure:
            first.interrupt_by_parent = True  # its end is no surprise
            ours.close()
            sys.exit(failure)
        self._is_serving = True
        for idx in range(1, self.workers):
            worker = self._spawn_worker(idx=idx, target=spawn_target, callback_loader=target_loader)
            self.wrks.append(worker)
            worker.start()

    def _wait_for(self, report: Connection, first: Any) -> str:  # noqa: ANN401 - granian's
        """What went wrong in the first worker, in one sentence; nothing if it goes well, or shall end."""
        while not self.interrupt_signal:
            if report in wait([report], ATTENTION_SECONDS):
                try:
                    return str(report.recv())
                except EOFError:
                    # granian waits for its end too, and one of the two is told the code a moment later.
                    while first.inner.exitcode is None:
                        first.join(ATTENTION_SECONDS)
                    return f"The app could not be made: its process ended with exit code {first.inner.exitcode}."
        return ""

    def _respawn_workers(self, workers: Sequence[int], *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - granian's
        super()._respawn_workers(workers, *arguments, **options)
        self.replaced += len(workers)

    def _spawn_worker(self, idx: int, target: Any, callback_loader: AppLoader) -> Any:  # type: ignore[override]  # noqa: ANN401 - granian's
        """Give this worker its own socket, as granian gives all the same one on other systems than Linux."""
        if self._listeners:
            self._sso = self._listeners[idx]
            # Its stubs do not say what it takes on Linux.
            self._shd = SocketHolder(self._sso.fileno(), False, self.backlog)  # type: ignore[call-arg, assignment]
        return super()._spawn_worker(idx, target, callback_loader)

    def _init_shared_socket(self) -> None:
        self._sso = self._ssp = None
        if not self._listeners:
            super()._init_shared_socket()  # type: ignore[no-untyped-call]

    def _drop_shared_socket(self) -> None:
        for listener in self._listeners:
            listener.close()
        if not self._listeners:
            super()._drop_shared_socket()  # type: ignore[no-untyped-call]
