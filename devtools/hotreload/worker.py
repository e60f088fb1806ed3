"""Serve one state of the source, in a process of its own, until SIGTERM."""

import logging
import signal
import socket
import sys
import threading
from pathlib import Path

from hotreload import bytecode
from hotreload.failure_answer import FailureAnswer
from hotreload.loading import Failure, load
from hotreload.server import development_server

log = logging.getLogger("hotreload")

SHUTDOWN_POLL_SECONDS = 0.1


def main(factory: str, descriptor: int) -> None:
    source = Path.cwd()
    logging.lastResort = logging.StreamHandler()  # until the app says how it logs
    bytecode.install(source)
    app = load(factory, source)
    if isinstance(app, Failure):
        log.error("%s", app)
        app = FailureAnswer(app)
    with socket.socket(fileno=descriptor) as listener:
        server = development_server(app, listener)
    # Not from the handler itself: it would wait for the loop that it interrupted.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the supervisor too, which tells us
    server.serve_forever(SHUTDOWN_POLL_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
