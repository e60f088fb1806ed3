"""Own the listening socket, watch the source, and have the newest code serve."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from hotreload.watching import SourceWatcher, UnknownWatchError

log = logging.getLogger("hotreload")

LOOK_AFTER_WORKER_SECONDS = 0.5
# For the requests that a worker has accepted, at the end of everything.
STOP_SECONDS = 1.0
# For the same at a reload: a person does not wait for it, only a stream without an end does.
RETIRE_SECONDS = 10.0


def serve(factory: str, *, host: str, port: int, source: Path) -> None:
    """Serve what ``factory`` (``module:function``) makes, until SIGTERM or Ctrl-C.

    ``HOTRELOAD_WATCH`` says how to watch ``source``: ``auto`` (if unset), ``events`` or ``polling``.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s - %(levelname)s - %(name)s - %(message)s")
    try:
        watcher = SourceWatcher(source, os.environ.get("HOTRELOAD_WATCH") or "auto")
    except UnknownWatchError as error:
        sys.exit(str(error))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with socket.create_server((host, port), backlog=1024) as listener:
        # A browser cannot open 0.0.0.0, nor does a container know its published port: no link then.
        address = f"http://{host}:{port}" if host != "0.0.0.0" else f"port {port}"
        log.info("Serving on %s, %s", address, watcher.description)
        supervisor = Supervisor(factory, source, listener, watcher)
        try:
            supervisor.run()
        except KeyboardInterrupt:
            pass
        finally:
            supervisor.stop()


class Supervisor:
    """One worker at a time, a new one for each change."""

    def __init__(self, factory: str, source: Path, listener: socket.socket, watcher: SourceWatcher) -> None:
        self.factory = factory
        self.source = source
        self.listener = listener
        self.watcher = watcher
        self.worker: subprocess.Popen[bytes] | None = None
        self.retired: dict[subprocess.Popen[bytes], float] = {}

    def run(self) -> None:
        self.worker = self._start_worker()
        while True:
            changed = self.watcher.wait(LOOK_AFTER_WORKER_SECONDS)
            self._look_after_workers()
            if changed:
                log.info("Changed: %s", ", ".join(sorted(str(path.relative_to(self.source)) for path in changed)))
                self._retire_worker()
                self.worker = self._start_worker()

    def stop(self) -> None:
        self.watcher.stop()
        self._retire_worker()
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self.retired:
            try:
                worker.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        descriptor = self.listener.fileno()
        return subprocess.Popen(  # noqa: S603 - this interpreter, with our own module
            [sys.executable, "-m", "hotreload.worker", self.factory, str(descriptor)],
            cwd=self.source,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            pass_fds=[descriptor],
        )

    def _retire_worker(self) -> None:
        """Have the worker finish what it has accepted, and accept no more."""
        if self.worker:
            self.worker.terminate()
            self.retired[self.worker] = time.monotonic() + RETIRE_SECONDS
            self.worker = None

    def _look_after_workers(self) -> None:
        for worker, deadline in list(self.retired.items()):
            if worker.poll() is not None:
                del self.retired[worker]
            elif time.monotonic() > deadline:
                worker.kill()
        if self.worker and self.worker.poll() is not None:
            log.error("The worker ended by itself (exit status %s); the next save starts it anew", self.worker.poll())
            self.worker = None
