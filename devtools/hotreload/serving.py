"""Start the development server that fits the platform."""

import logging
import os
import signal
import socket
import sys
from pathlib import Path

from hotreload import debug_session
from hotreload.watching import UnknownWatchError, watch_source

log = logging.getLogger("hotreload")

BACKLOG = 1024


def serve(factory: str, *, host: str, port: int, source: Path) -> None:
    """Serve what ``factory`` (``module:function``) makes from ``source``, until SIGTERM or Ctrl-C.

    ``HOTRELOAD_WATCH`` says how to watch ``source``: ``auto`` (if unset), ``events`` or ``polling``.
    ``HOTRELOAD_DEBUGPY`` says where a debugger can attach, as ``host:port``: nowhere if unset.

    Raises:
        SystemExit: a socket is taken, or one of the variables has an unknown value.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s - %(levelname)s - %(name)s - %(message)s")
    if sys.platform == "linux":
        from hotreload.supervisor import Supervisor
    else:
        from hotreload.portable import Supervisor  # type: ignore[assignment]
    source = source.resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        listener = socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        sys.exit(f"Cannot listen on {host}:{port}: {error.strerror}.")
    try:
        watcher, how = watch_source(source, os.environ.get("HOTRELOAD_WATCH") or "auto")
    except UnknownWatchError as error:
        sys.exit(str(error))
    # A browser cannot open 0.0.0.0, nor does a container know its published port: no link then.
    address = f"http://{host}:{port}" if host != "0.0.0.0" else f"port {port}"
    log.info("Serving on %s, %s", address, how)
    session = None
    if debugger_address := os.environ.get("HOTRELOAD_DEBUGPY"):
        session = debug_session.start(debugger_address)
        log.info("A debugger can attach at port %s", debugger_address.rpartition(":")[2])
    supervisor = Supervisor(factory, source, listener, watcher)
    try:
        supervisor.run()
    except KeyboardInterrupt:
        pass
    finally:
        supervisor.stop()
        if session:
            session.terminate()
