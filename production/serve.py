"""Serve the app in production: HAProxy faces the clients, gunicorn runs the app, a Unix socket joins them.

``python serve.py app:create_app`` starts gunicorn, then HAProxy when the app is loaded, and ends both on a signal or
when one of them ends. Settings are environment variables: see docs/production.md.
"""

import contextlib
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

HERE = Path(__file__).parent
# The default, the least and the most of each; whole numbers where the default is one.
NUMBERS: dict[str, tuple[float, float, float]] = {
    "PORT": (7500, 1, 65535),
    "METRICS_PORT": (0, 1, 65535),
    "WORKERS": (0, 1, 256),
    "THREADS": (256, 1, 4096),
    "MAX_CONNECTIONS": (4096, 128, 1_000_000),
    "HEADER_SECONDS": (10.0, 0.1, 3600),
    "BODY_SECONDS": (60.0, 0.1, 3600),
    "DRAIN_SECONDS": (3.0, 0, 3600),
    "GRACE_SECONDS": (6.0, 0.1, 3600),
}
LARGEST_FORM = 16 * 1024 * 1024  # as MAX_CONTENT_LENGTH in config.py
# From <asm-generic/socket.h>, for everybody since Linux 5.7; and a number that no network device has.
SO_BINDTOIFINDEX, NO_DEVICE = 62, 0x7FFFFFFF
LAST_REQUESTS_SECONDS = 0.25  # between a client's connection and its request

Events = SimpleQueue[str]  # the name of a signal, "loaded", or which program ended


def main(factory: str) -> int:
    numbers = {name: read_number(name, *bounds) for name, bounds in NUMBERS.items()}
    host = os.environ.get("HOST") or "0.0.0.0"
    listener = bind(host, int(numbers["PORT"]))
    try:
        folder = Path(tempfile.mkdtemp(prefix="production-"))
    except OSError:
        sys.exit("There is no folder to write to: mount one, and name it by TMPDIR.")
    workers = int(numbers["WORKERS"]) or default_workers()
    places = workers * int(numbers["THREADS"])
    disk = os.statvfs(folder)
    os.environ |= {
        "HOST": host,
        "WORKERS": str(workers),
        "MAX_CONNECTIONS": str(int(numbers["MAX_CONNECTIONS"])),
        "APP_FACTORY": factory,
        "APP_PLACES": str(places),
        "BODY_PLACES": str(math.ceil(places / 2)),
        # Forms with large files wait on disk: as many as fit, with a little left for everything else.
        "FORM_PLACES": str(max(1, min(places, int(disk.f_bavail * disk.f_frsize * 0.9) // LARGEST_FORM))),
        "RUN_DIRECTORY": str(folder),
        "APP_SOCKET": str(folder / "app.sock"),
        "CONTROL_SOCKET": str(folder / "control.sock"),
        "LISTENER": str(listener.fileno()),
        **{name.replace("SECONDS", "MS"): str(int(numbers[name] * 1000)) for name in numbers if "SECONDS" in name},
    }
    events: Events = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: events.put(signal.Signals(received).name))
    try:
        return run(listener, events, numbers["DRAIN_SECONDS"])
    finally:
        shutil.rmtree(folder)


def run(listener: socket.socket, events: Events, drain_seconds: float) -> int:
    """Start both, and return the exit code when both have ended."""
    loaded, report = os.pipe()
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(HERE / "gunicorn.conf.py")]
    processes = [start("gunicorn", gunicorn, report, events, READY=str(report))]
    os.close(report)
    threading.Thread(target=report_start, args=(loaded, events), daemon=True).start()
    try:
        event = events.get()
        if event == "loaded":
            haproxy = ["haproxy", "-db", "-f", str(HERE / "haproxy.cfg")]
            processes.append(start("haproxy", haproxy, listener.fileno(), events))
            event = events.get()
            if event.startswith("SIG"):
                drain(processes[1], listener, events, drain_seconds if event == "SIGTERM" else 0)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()
    if event.startswith("SIG"):
        return 0
    if len(processes) == 1:
        sys.exit("The app could not be loaded: nothing was started.")
    sys.exit(f"{event} has ended, and so does the container, to be started anew.")


def start(name: str, command: list[str], descriptor: int, events: Events, **variables: str) -> subprocess.Popen[bytes]:
    """Start a program, whose end is an event of its name."""
    process = subprocess.Popen(command, pass_fds=[descriptor], env=os.environ | variables)
    threading.Thread(target=lambda: (process.wait(), events.put(name)), daemon=True).start()
    return process


def report_start(pipe: int, events: Events) -> None:
    """Wait for the first of gunicorn's workers."""
    with os.fdopen(pipe, "rb") as reports:
        events.put(reports.read(len("loaded")).decode())


def drain(haproxy: subprocess.Popen[bytes], listener: socket.socket, events: Events, seconds: float) -> None:
    """Be unready and close connections after their responses, then refuse new ones, then finish what is left.

    A second signal ends the wait for load balancers to take notice.
    """
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(os.environ["CONTROL_SOCKET"])
        control.sendall(b"GET / HTTP/1.0\r\n\r\n")
        control.recv(1)
    with contextlib.suppress(Empty):
        events.get(timeout=seconds)
    try:
        # Closing the socket would reset the connections in its queue. One that is bound to a device refuses what
        # comes by another, and keeps its queue.
        listener.setsockopt(socket.SOL_SOCKET, SO_BINDTOIFINDEX, NO_DEVICE)
    except OSError as error:
        print(f"Connections that begin right now may be lost: {error}", file=sys.stderr)
    time.sleep(LAST_REQUESTS_SECONDS)
    haproxy.send_signal(signal.SIGUSR1)
    haproxy.wait()


def bind(host: str, port: int) -> socket.socket:
    """A socket with this address, on which HAProxy begins to listen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        sys.exit(
            f"Cannot listen on {host}:{port} ({error.strerror}): end what uses it, or set PORT or HOST to another."
        )
    return listener


def default_workers() -> int:
    """One for each whole processor of the container's limit; without a limit two: nobody said that all are free."""
    limit = 2
    # Of both versions of control groups: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
    for names in (["cpu.max"], ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"]):
        with contextlib.suppress(OSError, ValueError):  # the other version, or "max"
            quota, period = " ".join(Path("/sys/fs/cgroup", name).read_text() for name in names).split()
            limit = int(quota) // int(period) if int(quota) > 0 else limit
    return max(1, min(limit, len(os.sched_getaffinity(0))))


def read_number(variable: str, default: float, least: float, most: float) -> float:
    value = os.environ.get(variable)
    if not value:
        return default
    whole = isinstance(default, int)
    try:
        number = float(int(value)) if whole else float(value)
    except ValueError:
        number = math.nan
    if not value.isascii() or not least <= number <= most:
        kind = "a whole number" if whole else "a number"
        sys.exit(f"{variable} is {value!r}, which it cannot be: set it to {kind} from {least:g} to {most:g}.")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
