"""Tell the workers that the end is near, and them their clients.

The flag is a pipe: it needs no file, no shared memory and no rights, a worker that starts late sees it
too, and it tells when the main process is gone.
"""

import multiprocessing
import os
import select
import signal
import threading
from collections.abc import Iterable
from multiprocessing.connection import Connection
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from servers.response_headers import ResponseHeaders, changing_headers, replaced


class Drain:
    """The main process's end of the flag. ``seen_by_workers`` is passed on to each worker."""

    def __init__(self) -> None:
        self.seen_by_workers, self._own = multiprocessing.Pipe(duplex=False)
        self.has_begun = False

    def begin(self) -> None:
        self.has_begun = True
        # Nobody reads the byte, so that all workers can see that it is there.
        self._own.send_bytes(b"\0")


class Draining:
    """WSGI middleware that has each answer close its connection from the beginning of the drain.

    A load balancer then sends the next request elsewhere, and nothing is left to cut at the end.
    The app sees it as ``environ["worker_node.draining"]``.
    """

    def __init__(self, app: WSGIApplication, flag: Connection) -> None:
        self._app = app
        self._has_begun = False
        threading.Thread(target=self._wait, args=(flag,), name="drain", daemon=True).start()

    def _wait(self, flag: Connection) -> None:
        poll = select.poll()
        poll.register(flag.fileno(), select.POLLIN)
        ((_, event),) = poll.poll()
        self._has_begun = True
        if not event & select.POLLIN:
            # The main process has been killed: nobody else would ever end this worker.
            os.kill(os.getpid(), signal.SIGTERM)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["worker_node.draining"] = self._has_begun
        return self._app(environ, changing_headers(start_response, self._close_in_the_end))

    def _close_in_the_end(self, headers: ResponseHeaders) -> ResponseHeaders:
        """Decided when an answer begins, so that it holds for requests too that came before the drain."""
        return replaced(headers, "Connection", "close") if self._has_begun else headers
