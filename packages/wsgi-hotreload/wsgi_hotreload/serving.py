"""Start the development server that fits the platform."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from wsgi_hotreload import debug_session
from wsgi_hotreload.browser.script import pages_follow
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.watch.watcher import watch_source

log = logging.getLogger("wsgi_hotreload")

BACKLOG = 1024
HIGHEST_PORT = 65535
SHADOWING = "%s has the name of a module that Python, or a tool, imports from there instead of its own: rename it."


def serve(factory: str, *, host: str, port: int | str, source: Path, roles: Mapping[str, str]) -> None:
    """See ``wsgi_hotreload.serve``."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s - %(levelname)s - %(name)s - %(message)s")
    if sys.platform == "linux":
        from wsgi_hotreload.output_copy import copied_to

        with copied_to(os.environ.get("HOTRELOAD_LOG")):
            _serve(factory, host, port, source, roles)
    else:
        _serve(factory, host, port, source, roles)


def _serve(factory: str, host: str, port: int | str, source: Path, roles: Mapping[str, str]) -> None:
    if sys.platform == "linux":
        from wsgi_hotreload.supervisor.loop import Supervisor
    else:
        from wsgi_hotreload.portable import Supervisor  # type: ignore[assignment]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the supervisor is there
    if not (str(port).isdecimal() and 0 < int(port) <= HIGHEST_PORT):
        sys.exit(f"{port!r} is no port: choose a number from 1 to {HIGHEST_PORT}.")
    pages_follow()  # or end with a sentence
    try:
        listener = socket.create_server((host, int(port)), backlog=BACKLOG)
    except OSError as error:
        sys.exit(f"Cannot listen on {host}:{port}: {error.strerror}.")
    watcher, how = watch_source(source, os.environ.get("HOTRELOAD_WATCH") or "auto")
    # A browser cannot open 0.0.0.0, nor does a container know its published port: no link then.
    address = f"http://{host}:{port}" if host != "0.0.0.0" else f"port {port}"
    log.info("Serving on %s, %s", address, how)
    for path in SourceTree(source).shadowing():
        log.warning(SHADOWING, path.relative_to(source))
    session = None
    if debugger_address := os.environ.get("HOTRELOAD_DEBUGPY"):
        session = debug_session.start(debugger_address)
        log.info("A debugger can attach at port %s", debugger_address.rpartition(":")[2])
    supervisor = Supervisor(factory, source, listener, watcher, roles)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Python ignores what a handler raises if it happens to run it in a finalizer: this one raises nothing.
        signal.signal(number, lambda *_: supervisor.shutdown())
    try:
        supervisor.run()
    finally:
        supervisor.stop()
        if session:
            session.terminate()
