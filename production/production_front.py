"""HAProxy, which faces the clients: the address it listens on, its start, and the drain before the end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

# From <asm-generic/socket.h>, for everybody since Linux 5.7; and a number that no network device has.
SO_BINDTOIFINDEX, NO_DEVICE = 62, 0x7FFFFFFF
SIGNALS = (signal.SIGTERM, signal.SIGINT)
LAST_REQUESTS_SECONDS = 0.25  # from a client's last new connection to its request


class Front:
    failure: str | None = "The app could not be loaded, and the container ends."

    def __init__(self, host: str, port: int) -> None:
        """Take the address, on which HAProxy begins to listen.

        Raises:
            SystemExit: it is taken, or not this machine's.
        """
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            self._listener = socket.socket(family, kind, protocol)
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind(address)
        except OSError as error:
            sys.exit(
                f"Cannot listen on {host}:{port} ({error.strerror}): end what uses it, or set PORT or HOST to another."
            )
        self._events: SimpleQueue[signal.Signals | None] = SimpleQueue()  # None is HAProxy's end

    def start(self, drain_seconds: float) -> None:
        """Start HAProxy in gunicorn's main process, and take its signals: it ends after HAProxy."""
        for number in SIGNALS:
            signal.signal(number, lambda received, _: self._events.put(signal.Signals(received)))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        command = ["/usr/sbin/haproxy", "-db", "-f", str(Path(__file__).with_name("haproxy.cfg"))]
        os.environ["LISTENER"] = str(self._listener.fileno())
        self._haproxy = subprocess.Popen(
            command, pass_fds=[self._listener.fileno()], stdout=subprocess.PIPE, pipesize=1 << 20
        )
        # HAProxy drops lines for which a pipe has no room, and makes its pipe that way for all who write to it. So it
        # has one of its own, with room for thousands of lines. What is not JSON is its last words.
        self._log = subprocess.Popen(["/usr/bin/grep", "--line-buffered", "^{"], stdin=self._haproxy.stdout)
        threading.Thread(target=self._report_end, daemon=True).start()
        threading.Thread(target=self._run, args=[drain_seconds], daemon=True).start()

    def end(self) -> str | None:
        """End HAProxy if it is still there, and return why everything ends."""
        failure = self.failure
        self._haproxy.kill()
        self._haproxy.wait()
        return failure

    def _report_end(self) -> None:
        self._haproxy.wait()
        self._events.put(None)

    def _run(self, drain_seconds: float) -> None:
        if event := self._events.get():
            self.failure = None
            self._drain(drain_seconds if event == signal.SIGTERM else 0)
        else:
            self.failure = "haproxy has ended, and so does the container, to be started anew."
        self._log.wait()
        os.kill(os.getpid(), signal.SIGQUIT)

    def _drain(self, seconds: float) -> None:
        """Be unready and close connections after their responses, then refuse new ones, then finish what is left.

        Another signal cuts short the first part, in which load balancers take notice.
        """
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as control:
            control.connect(f"{os.environ['RUN_DIRECTORY']}/control.sock")
            control.sendall(b"GET / HTTP/1.0\r\n\r\n")
            control.recv(1)
        with contextlib.suppress(Empty):
            self._events.get(timeout=seconds)
        # To close the socket would reset the connections in its queue. Bound to a device, it refuses what comes by
        # another one, and keeps its queue. Where the kernel cannot, connections that begin right now may be lost.
        with contextlib.suppress(OSError):
            self._listener.setsockopt(socket.SOL_SOCKET, SO_BINDTOIFINDEX, NO_DEVICE)
        time.sleep(LAST_REQUESTS_SECONDS)
        self._haproxy.send_signal(signal.SIGUSR1)
        self._haproxy.wait()
