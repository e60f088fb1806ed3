"""Serve in production: HAProxy faces the clients, and gunicorn runs the app. run.py starts this.

What can be set by environment variables is in docs/production.md.
"""

import contextlib
import fcntl
import os
import signal
import socket
import sys
import tempfile
import time
from subprocess import PIPE, Popen, TimeoutExpired

HERE = os.path.dirname(__file__)  # noqa: PTH120 - a string
NUMBERS: dict[str, tuple[float, float, float]] = {  # default, least and most; whole where the default is
    "PORT": (7500, 1, 65535),
    "METRICS_PORT": (0, 0, 65535),
    "WORKERS": (2, 1, 256),
    "THREADS": (256, 1, 4096),
    "MAX_CONNECTIONS": (4096, 128, 1_000_000),
    "HEADER_SECONDS": (10.0, 0.1, 3600),
    "BODY_SECONDS": (60.0, 0.1, 3600),
    "DRAIN_SECONDS": (3.0, 0, 3600),
    "GRACE_SECONDS": (3.0, 0.1, 3600),
}
LARGEST_FORM = 16 * 1024 * 1024  # MAX_CONTENT_LENGTH in config.py


def main() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit())  # a second one, or one in the first moments, ends all at once
    numbers = {name: read_number(name, *bounds) for name, bounds in NUMBERS.items()}
    clients = listen(os.environ.setdefault("HOST", "0.0.0.0"), int(numbers["PORT"]))
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))  # a folder half made would stay
    try:
        folder = tempfile.TemporaryDirectory(prefix="production-")
    except OSError:
        sys.exit("There is no folder to write to: mount one, and name it by TMPDIR.")
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    app = socket.socket(socket.AF_UNIX)
    app.bind(f"{folder.name}/app.sock")
    app.listen(4096)  # who asks while the app is loaded waits here
    os.environ |= variables(numbers, folder.name) | {"RUN_DIRECTORY": folder.name, "LISTENER": str(clients.fileno())}

    # Each in a group of its own: a terminal's Ctrl-C is for this process, which drains.
    haproxy = Popen(["/usr/sbin/haproxy", "-db", "-f", HERE], pass_fds=[clients.fileno()], stdout=PIPE, process_group=0)
    # HAProxy drops lines for which a pipe has no room, and makes its pipe that way for all who write to it. So it
    # has one of its own, with room for thousands of lines, unless this user has too many in all containers.
    with contextlib.suppress(PermissionError):
        fcntl.fcntl(haproxy.stdout, fcntl.F_SETPIPE_SZ, 1 << 20)  # type: ignore[arg-type] # not None with PIPE
    # What is not JSON is its last words.
    log = Popen(["/usr/bin/grep", "--line-buffered", "^{"], stdin=haproxy.stdout, process_group=0)
    command = [sys.executable, "-P", "-m", "gunicorn", "--pythonpath", HERE, "--config", f"{HERE}/gunicorn.conf.py"]
    gunicorn = Popen([*command, "--bind", f"fd://{app.fileno()}"], pass_fds=[app.fileno()], process_group=0)
    failure = None
    try:
        failure = f"{'gunicorn' if os.wait()[0] == gunicorn.pid else 'HAProxy'} has ended, and so does the container."
    except SystemExit:
        drain(haproxy, clients, f"{folder.name}/control.sock", numbers["DRAIN_SECONDS"])
    haproxy.kill()
    gunicorn.terminate()
    gunicorn.wait()
    log.wait()
    sys.exit(failure)


def read_number(variable: str, default: float, least: float, most: float) -> float:
    """A setting's value: its variable's, or the default, whose type it has.

    Raises:
        SystemExit: it is no such number, or out of bounds.
    """
    value = os.environ.get(variable) or default
    with contextlib.suppress(ValueError):
        if least <= (number := type(default)(value)) <= most:
            return number
    kind = "a whole number" if isinstance(default, int) else "a number"
    sys.exit(f"{variable} is {value!r}, which it cannot be: set it to {kind} from {least:g} to {most:g}.")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        SystemExit: the address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=4096, dualstack_ipv6=":" in host)
    except OSError as error:
        sys.exit(f"Cannot listen: {error.strerror}. End what uses it, or set PORT or HOST to another.")


def variables(numbers: dict[str, float], folder: str) -> dict[str, str]:
    """What haproxy.cfg, gunicorn.conf.py and production_wsgi.py read, with times in milliseconds."""
    derived = {name.replace("SECONDS", "MS"): n * 1000 if "SECONDS" in name else n for name, n in numbers.items()}
    # How many requests HAProxy lets in: any; with a large body; with large files, which wait in the folder.
    space = os.statvfs(folder)
    places = derived["APP_PLACES"] = numbers["WORKERS"] * numbers["THREADS"]
    bodies = derived["BODY_PLACES"] = places // 2 + 1
    fitting = int(space.f_bavail * space.f_frsize * 0.9) // LARGEST_FORM
    forms = derived["FORM_PLACES"] = max(1, min(bodies, fitting))
    # And its four probes: no connection waits for a thread, which starts when it is needed.
    derived["WORKER_THREADS"] = places + bodies + forms + 4
    return {name: f"{number:.0f}" for name, number in derived.items()}


def drain(haproxy: Popen[bytes], clients: socket.socket, control: str, seconds: float) -> None:
    """Let HAProxy be unready and close connections after their responses, then take none, then finish what is left.

    Its own `grace` would close the socket by another clock: on a busy machine before new connections are refused.
    """
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.connect(control)
        client.recv(1)
    with contextlib.suppress(TimeoutExpired):
        haproxy.wait(seconds)
    # To close the socket would reset the connections in its queue. Bound to a device, it refuses what comes by
    # another one, and keeps its queue. Where the kernel cannot, connections that begin right now may be lost.
    # 62 is SO_BINDTOIFINDEX of <asm-generic/socket.h>, for everybody since Linux 5.7; the other no device's number.
    with contextlib.suppress(OSError):
        clients.setsockopt(socket.SOL_SOCKET, 62, 0x7FFFFFFF)
    time.sleep(0.25)  # from a client's last new connection to its request
    haproxy.send_signal(signal.SIGUSR1)
    haproxy.wait()


if __name__ == "__main__":
    main()
