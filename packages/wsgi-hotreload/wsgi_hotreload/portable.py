"""The supervisor where processes cannot be forked: a new interpreter for each state of the source and each role."""

import contextlib
import logging
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import ThreadedWSGIServer

from wsgi_hotreload.browser.injection import FollowingPages
from wsgi_hotreload.browser.script import pages_follow
from wsgi_hotreload.loading import Failure, StartResponse, WSGIEnvironment, load, routes_of
from wsgi_hotreload.processes.exit_status import in_words
from wsgi_hotreload.server import RequestHandler
from wsgi_hotreload.status.board import StatusBoard
from wsgi_hotreload.status.model import PATH, Route
from wsgi_hotreload.supervisor.environment import AS_FLASK_RUN, AS_RELOADED
from wsgi_hotreload.supervisor.error_page import ErrorPage
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.watch.watcher import Watcher
from wsgi_hotreload.worker import bytecode, debugger

log = logging.getLogger("wsgi_hotreload")

LOOK_AFTER_WORKER_SECONDS = 0.5
SHUTDOWN_POLL_SECONDS = 0.1
STOP_SECONDS = 1.0
RETIRE_SECONDS = 30.0


@dataclass
class Role:
    name: str
    command: str
    process: subprocess.Popen[bytes] | None = None
    # When it is killed, once it was asked to end.
    deadline: float | None = None


def wait_or_kill(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Kill those that have not ended after a while."""
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


class PortableRoles:
    """Each is asked to end at a save, by SIGTERM where there is such a thing, and started anew when it has."""

    def __init__(self, commands: Mapping[str, str], source: Path) -> None:
        self._source = source
        self._roles = [Role(name, command) for name, command in commands.items()]

    def restart(self) -> None:
        for role in self._roles:
            if not role.process:
                self._start(role)
            elif not role.deadline:
                role.process.terminate()
                role.deadline = time.monotonic() + RETIRE_SECONDS

    def look_after(self) -> None:
        """Report those that have ended by themselves, and start those anew that were asked to end."""
        for role in self._roles:
            if not role.process:
                continue
            status = role.process.poll()
            if status is None:
                if role.deadline and time.monotonic() > role.deadline:
                    role.process.kill()
            elif role.deadline:
                self._start(role)
            else:
                role.process = None
                level = logging.ERROR if status else logging.INFO
                log.log(level, "%s has ended: %s. The next save starts it anew.", role.name, in_words(status))

    def end(self) -> None:
        """Have all end, and kill those that have not after a while."""
        processes = [role.process for role in self._roles if role.process]
        for process in processes:
            process.terminate()
        wait_or_kill(processes)

    def _start(self, role: Role) -> None:
        words = shlex.split(role.command)
        if words[0] in ("python", "python3"):
            words[0] = sys.executable
        role.deadline = role.process = None
        with contextlib.suppress(OSError):  # there is no such command
            role.process = subprocess.Popen(words, cwd=self._source)
        how = "runs" if role.process else "cannot run"
        log.log(logging.INFO if role.process else logging.ERROR, "%s %s: %s", role.name, how, role.command)


class Supervisor:
    """At any time one worker accepts connections, a new one after each change."""

    def __init__(
        self, factory: str, source: Path, listener: socket.socket, watcher: Watcher, roles: Mapping[str, str]
    ) -> None:
        self.factory = factory
        self.source = source
        self.listener = listener
        self.address: tuple[str, int] = listener.getsockname()[:2]
        self.watcher = watcher
        self.roles = PortableRoles(roles, source)
        self.worker: subprocess.Popen[bytes] | None = None
        self.generation = 0
        self.retired: dict[subprocess.Popen[bytes], float] = {}
        self.is_stopping = False
        if os.name == "nt":  # where a process does not inherit sockets: each worker opens its own
            listener.close()

    def shutdown(self) -> None:
        """Have ``run`` return. May be called by a signal's handler."""
        self.is_stopping = True

    def run(self) -> None:
        tree = SourceTree(self.source)
        self.worker = self._start_worker()
        self.roles.restart()
        while not self.is_stopping:
            changed = {path for path in self.watcher.wait(LOOK_AFTER_WORKER_SECONDS) if not tree.is_page_file(path)}
            self._look_after_workers()
            self.roles.look_after()
            if changed:
                log.info("Changed: %s", ", ".join(sorted(str(path.relative_to(self.source)) for path in changed)))
                self._retire_worker()
                self.worker = self._start_worker()
                self.roles.restart()

    def stop(self) -> None:
        self.watcher.stop()
        self._retire_worker()
        wait_or_kill(self.retired)
        self.roles.end()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        self.generation += 1
        inherited = [] if os.name == "nt" else [self.listener.fileno()]
        arguments = [self.factory, self.address[0], str(self.address[1]), str(self.generation), *map(str, inherited)]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "wsgi_hotreload.portable", *arguments],
            cwd=self.source,
            env=AS_FLASK_RUN | os.environ | AS_RELOADED,
            pass_fds=inherited,
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
            log.error("The app's process is gone: %s. The next save starts it anew.", in_words(self.worker.poll()))
            self.worker = None


def work(factory: str, host: str, port: int, generation: int, descriptor: int | None) -> None:
    """The worker: serve one state of the source until SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the supervisor too, which stops this process
    source = Path.cwd()
    sys.path.insert(0, str(source))
    bytecode.install(SourceTree(source))
    follow = pages_follow()
    board = StatusBoard()
    error_page = ErrorPage(board)
    app = load(factory, source)
    if isinstance(app, Failure):
        print(app, file=sys.stderr, flush=True)  # noqa: T201 - nothing has said how to log
        board.publish(generation=generation, state="broken", error=str(app))
        error_page.failure, app = app, error_page
    else:
        board.publish(generation=generation, state="live", routes=tuple(map(Route.from_json, routes_of(app))))
    debugger.application.app = app
    pages = FollowingPages(debugger.application)
    pages.generation = generation

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH:
            return error_page(environ, start_response)
        return (pages if follow else debugger.application)(environ, start_response)

    server = ThreadedWSGIServer(host, port, respond, RequestHandler, fd=descriptor)
    server.daemon_threads = False

    def stop() -> None:
        server.shutdown()
        board.close()

    # Not from the handler itself: it would wait for the loop that it interrupted.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop).start())
    server.serve_forever(SHUTDOWN_POLL_SECONDS)


if __name__ == "__main__":
    factory, host, port, generation, *inherited = sys.argv[1:]
    work(factory, host, int(port), int(generation), int(inherited[0]) if inherited else None)
