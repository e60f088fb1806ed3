"""Load the app and serve it, in a process of its own, forked from the zygote.

The process waits until the supervisor says so. Connections come from the supervisor, which
accepts them; after ``retire`` the worker finishes those that it has, and ends.
"""

import atexit
import gc
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from wsgi_hotreload import debug_session, debugger, environment, layers, modules
from wsgi_hotreload.channel import Channel
from wsgi_hotreload.loading import Failure, load, routes_of
from wsgi_hotreload.server import ConnectionServer
from wsgi_hotreload.status.proxy import with_status

# What was imported is told when there is nothing else to do, or else after a while: it takes some
# milliseconds, for which a request would wait.
IDLE_SECONDS = 0.1
LATEST_REPORT_SECONDS = 0.5


def run(channel: Channel, factory: str, source: Path, address: tuple[str, int]) -> None:
    """The whole life of a worker, which ends with the process."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.path.insert(0, str(source))
    debug_session.join()
    modules.reseed_random_generators()
    before = set(sys.modules)
    server = ConnectionServer(with_status(debugger.application, address), address)
    checkpoint = layers.Checkpoint(channel, source)
    received = channel.receive()
    if received is None:
        os._exit(0)  # the supervisor needs no spare worker any more

    gc.disable()
    if not debug_session.is_on():  # the debugger's threads do not survive a fork
        checkpoint.expect(received[0]["recent"])
    with environment.changes_by_app(source) as changes:
        app = load(factory, source)
    checkpoint.end()
    gc.enable()
    if isinstance(app, Failure):
        channel.send({"failed": {"summary": app.summary, "traceback": app.traceback}})
        _end(1)
    debugger.application.app = app
    for batch in modules.in_batches(routes_of(app)):
        channel.send({"routes": batch})
    channel.send({"loaded": True})
    _serve(channel, server, report=lambda: _report(channel, before, changes))
    server.server_close()
    _end(0)


def _serve(channel: Channel, server: ConnectionServer, report: Callable[[], None]) -> None:
    """Answer the connections that come in, until ``retire``, and report once."""
    latest = time.monotonic() + LATEST_REPORT_SECONDS
    is_reported = False
    while True:
        if not is_reported:
            is_idle = not select.select([channel], [], [], IDLE_SECONDS)[0]
            if is_idle or time.monotonic() > latest:
                report()
                is_reported = True
        received = channel.receive()
        if received is None:
            _end(0)  # there is no supervisor any more
        message, descriptor = received
        if "retire" in message:
            if not is_reported:
                report()
            return
        channel.send({"taken": message["number"]})
        if descriptor is not None:
            server.process_request(socket.socket(fileno=descriptor), tuple(message["connection"]))


def _report(channel: Channel, before: set[str], changes: environment.Changes) -> None:
    """Tell what loading the app has changed in the process, for the zygote to do the same ahead of time."""
    channel.send({"pin": debugger.PIN})
    for names in modules.in_batches(modules.installed_since(before)):
        channel.send({"imported": names, "environment": changes})


def _end(status: int) -> NoReturn:
    """End the process without waiting for threads that the app has started."""
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way, and multiprocessing uses it too
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
