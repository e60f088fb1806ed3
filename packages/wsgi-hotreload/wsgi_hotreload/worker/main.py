"""Load the app and serve it, in a process of its own, forked from the zygote.

The process waits for ``Load``. Connections come from the supervisor, which accepts them; after ``Retire`` the worker
finishes those that it has, and ends.
"""

import atexit
import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from wsgi_hotreload import debug_session
from wsgi_hotreload.browser.injection import FollowingPages
from wsgi_hotreload.browser.script import pages_follow
from wsgi_hotreload.loading import Failure, load, routes_of
from wsgi_hotreload.processes import installed, messages, shared_memory
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.role import main as role
from wsgi_hotreload.status.proxy import StatusProxy
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import debugger, environment
from wsgi_hotreload.worker.file_access import announce_writes
from wsgi_hotreload.worker.library_patches import LibraryPatches
from wsgi_hotreload.worker.request_server import RequestServer
from wsgi_hotreload.worker.snapshot import Snapshots

# What takes milliseconds, for which a request would wait, is done when there is nothing else to do, or after a while.
IDLE_SECONDS = 0.1
LATEST_SECONDS = 0.5


def run(channel: Channel, factory: str, source: SourceTree, address: tuple[str, int]) -> NoReturn:
    """The whole life of a worker, which ends with the process."""
    with contextlib.suppress(EOFError):  # there is no supervisor any more, or it needs no spare worker any more
        _run(channel, factory, source, address)
    _end(0)


def _run(channel: Channel, factory: str, source: SourceTree, address: tuple[str, int]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.path.insert(0, str(source.root))
    debug_session.join()
    installed.reseed_random_generators()
    before = set(sys.modules)
    pages = FollowingPages(debugger.application)
    server = RequestServer(StatusProxy(pages if pages_follow() else debugger.application, address), address)
    snapshots = Snapshots(channel, source)
    announce_writes(channel, source, snapshots.reads)
    patches = LibraryPatches(source)
    shared_memory.copy_ahead(channel.has_packet)
    message, _ = channel.receive()
    if isinstance(message, messages.RunRole):
        snapshots.end_load()
        role.run(channel, source, message.command)
    if not isinstance(message, messages.Load):
        raise messages.UnknownMessageError(message)

    gc.disable()
    snapshots.expect(message.recent)
    with environment.changes_by_app(source) as changes, patches.noticed():
        app = load(factory, source.root)
        routes = routes_of(app)  # which may run code of the app
    snapshots.end_load()
    if isinstance(app, Failure):
        channel.send(messages.LoadFailed(app.summary, app.traceback, app.is_certain))
        _end(1)
    debugger.application.app = app
    server.start()
    channel.send(messages.Loaded(routes))
    is_swapped = snapshots.of_loaded_app()
    if is_swapped:
        channel.send(messages.Loaded(routes))

    def when_idle() -> None:
        """Collect garbage again, and report what loading the app has changed, for the zygote to do it ahead of time."""
        # Not before the load is over: finalizers are code of the app that nobody would have seen. And not in the first
        # request, which would wait for a look at all that the app has made.
        gc.enable()
        if is_swapped:
            return
        channel.send(messages.Pin(debugger.application.pin))
        names, files = installed.installed_since(before), list(snapshots.modules)
        patches.look()
        channel.send(messages.Imported(names, files, changes, sorted(patches.found), patches.is_between))

    _serve(channel, server, pages, when_idle)
    if closed := server.close_endless():
        channel.send(messages.Closed(dict(closed)))
    server.finish()


def _serve(channel: Channel, server: RequestServer, pages: FollowingPages, when_idle: Callable[[], None]) -> None:
    """Serve the connections that come in, until ``Retire``, and call ``when_idle`` once."""
    latest = time.monotonic() + LATEST_SECONDS
    is_due = True
    while True:
        if is_due:
            is_idle = not select.select([channel], [], [], IDLE_SECONDS)[0]
            if is_idle or time.monotonic() > latest:
                when_idle()
                is_due = False
        # The function of this moment: gevent and the like have replaced it by one that lets requests go on.
        select.select([channel], [], [])
        message, descriptor = channel.receive()
        match message:
            case messages.Live(generation):
                pages.generation = generation
            case messages.Take(number, address):
                if descriptor is not None:  # else none was left here: it stays with the supervisor, for the next worker
                    channel.send(messages.Taken(number))
                    server.process_request(socket.socket(fileno=descriptor), tuple(address))
            case messages.Retire():
                if is_due:
                    when_idle()
                return
            case _:
                raise messages.UnknownMessageError(message)


def _end(status: int) -> NoReturn:
    """End the process without waiting for threads that the app has started."""
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way, and multiprocessing uses it too
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
