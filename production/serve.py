"""Serve the app in production: HAProxy faces the clients, gunicorn runs the app, a Unix socket joins them.

``python serve.py app:create_app`` starts gunicorn, then HAProxy when the app is loaded, and ends both on a signal or
when one of them ends. Settings are environment variables: see docs/production.md.
"""

import contextlib
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
from typing import IO

HERE = Path(__file__).parent
NUMBERS: dict[str, tuple[float, float, float]] = {  # default, least and most; whole where the default is
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
LARGEST_FORM = 16 * 1024 * 1024  # MAX_CONTENT_LENGTH in config.py
# From <asm-generic/socket.h>, for everybody since Linux 5.7; and a number that no network device has.
SO_BINDTOIFINDEX, NO_DEVICE = 62, 0x7FFFFFFF
LAST_REQUESTS_SECONDS = 0.25  # from a client's last new connection to its request
Events = SimpleQueue[str]  # "loaded" or "failed", the name of a signal, or which program has ended


def main(factory: str) -> None:
    numbers = {name: read_number(name, *bounds) for name, bounds in NUMBERS.items()}
    host = os.environ.setdefault("HOST", "0.0.0.0")
    listener = bind(host, int(numbers["PORT"]))
    try:
        folder = Path(tempfile.mkdtemp(prefix="production-"))
    except OSError:
        sys.exit("There is no folder to write to: mount one, and name it by TMPDIR.")
    workers = int(numbers["WORKERS"]) or default_workers()
    places = workers * int(numbers["THREADS"])
    forms = int(shutil.disk_usage(folder).free * 0.9) // LARGEST_FORM  # with large files, which wait in this folder
    os.environ |= {
        "APP_FACTORY": factory,
        "WORKERS": str(workers),
        "MAX_CONNECTIONS": f"{numbers['MAX_CONNECTIONS']:.0f}",
        "APP_PLACES": str(places),
        "BODY_PLACES": str(places // 2 + 1),
        "FORM_PLACES": str(max(1, min(places // 2 + 1, forms))),
        "RUN_DIRECTORY": str(folder),
        "LISTENER": str(listener.fileno()),
        **{f"{name[:-8]}_MS": f"{numbers[name] * 1000:.0f}" for name in numbers if name.endswith("_SECONDS")},
    }
    events: Events = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: events.put(signal.Signals(received).name))
    try:
        run(listener, events, numbers["DRAIN_SECONDS"])
    finally:
        shutil.rmtree(folder)


def run(listener: socket.socket, events: Events, drain_seconds: float) -> None:
    """Start both programs, and return when a signal has ended them.

    Raises:
        SystemExit: the app could not be loaded, or one of them has ended by itself.
    """
    pipe, report = os.pipe()
    gunicorn = [sys.executable, "-P", "-m", "gunicorn", "--config", str(HERE / "gunicorn.conf.py")]
    programs = [start("gunicorn", gunicorn, report, events, REPORT=str(report), PYTHONPATH=str(HERE))]
    os.close(report)
    threading.Thread(target=lambda: events.put(os.read(pipe, 6).decode()), daemon=True).start()
    try:
        event = events.get()
        if event == "loaded":
            os.close(pipe)
            haproxy = ["haproxy", "-db", "-f", str(HERE / "haproxy.cfg")]
            programs.append(start("haproxy", haproxy, listener.fileno(), events, stdout=subprocess.PIPE))
            threading.Thread(target=copy_lines, args=[programs[1].stdout]).start()
            event = events.get()
            if event.startswith("SIG"):
                drain(programs[1], listener, events, drain_seconds if event == "SIGTERM" else 0)
    finally:
        for program in reversed(programs):
            program.terminate()
            program.wait()
    if not event.startswith("SIG"):
        lost = f"{event} has ended, and so does the container, to be started anew."
        sys.exit(lost if len(programs) > 1 else "The app could not be loaded: nothing was started.")


def start(
    name: str, command: list[str], descriptor: int, events: Events, stdout: int | None = None, **variables: str
) -> subprocess.Popen[bytes]:
    environment = os.environ | variables
    program = subprocess.Popen(command, pass_fds=[descriptor], env=environment, stdout=stdout, pipesize=1 << 20)
    threading.Thread(target=report_end, args=(program, name, events), daemon=True).start()
    return program


def report_end(program: subprocess.Popen[bytes], name: str, events: Events) -> None:
    program.wait()
    events.put(name)


def copy_lines(log: IO[bytes]) -> None:
    """HAProxy drops lines for which a pipe has no room, and makes its pipe that way for all who write to it.

    So it has one of its own, with room for thousands of lines. What is not JSON is its last words.
    """
    for line in log:
        if line.startswith(b"{"):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()


def drain(haproxy: subprocess.Popen[bytes], listener: socket.socket, events: Events, seconds: float) -> None:
    """Be unready and close connections after their responses, then refuse new ones, then finish what is left.

    Another signal cuts short the first part, in which load balancers take notice.
    """
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(f"{os.environ['RUN_DIRECTORY']}/control.sock")
        control.sendall(b"GET / HTTP/1.0\r\n\r\n")
        control.recv(1)
    with contextlib.suppress(Empty):
        events.get(timeout=seconds)
    # To close the socket would reset the connections in its queue. Bound to a device, it refuses what comes by another
    # one, and keeps its queue. Where the kernel cannot, connections that begin right now may be lost.
    with contextlib.suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, SO_BINDTOIFINDEX, NO_DEVICE)
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
    # Both versions of control groups: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
    for names in (["cpu.max"], ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"]):
        with contextlib.suppress(OSError, ValueError):  # the other version, or no limit
            quota, period = " ".join(Path("/sys/fs/cgroup", name).read_text() for name in names).split()
            limit = int(quota) // int(period) if int(quota) > 0 else limit
    return max(1, min(limit, len(os.sched_getaffinity(0))))


def read_number(variable: str, default: float, least: float, most: float) -> float:
    value = os.environ.get(variable)
    if not value:
        os.environ.pop(variable, None)  # haproxy.cfg asks whether one is defined
        return default
    kind = "a whole number" if isinstance(default, int) else "a number"
    with contextlib.suppress(ValueError):
        number = float(int(value)) if isinstance(default, int) else float(value)
        if value.isascii() and least <= number <= most:
            return number
    sys.exit(f"{variable} is {value!r}, which it cannot be: set it to {kind} from {least:g} to {most:g}.")


if __name__ == "__main__":
    main(sys.argv[1])
