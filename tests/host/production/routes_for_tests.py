"""Routes that stand in for an app's own, where tests need more than /demo."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from flask import Blueprint, request

general = Blueprint("general", __name__)


@general.get("/demo")
def demo() -> str:
    return "Ok"


@general.post("/length")
def length() -> str:
    """The length of the body, once all of it is here."""
    body = request.get_data()
    print(f"upload of {len(body)}", flush=True)  # noqa: T201 - tests look for what the app has seen
    return str(len(body))


@general.post("/lines")
def lines() -> str:
    return str([line.decode() for line in request.stream])


@general.post("/form")
def form() -> str:
    return str(len(request.files["file"].read()))


@general.get("/slow/<float:seconds>")
def slow(seconds: float) -> str:
    time.sleep(seconds)
    return "Ok"


@general.get("/stream")
def stream() -> Iterator[bytes]:
    for number in range(20):
        time.sleep(0.05)
        yield b"%d\n" % number


@general.get("/error")
def error() -> str:
    raise ValueError("broken\non purpose")


@general.get("/pid")
def pid() -> str:
    return str(os.getpid())


@general.get("/orphan")
def orphan() -> str:
    """Leave a process behind whose parent has ended, and which ends too: its id."""
    program = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(0.5)']).pid)"
    )
    return subprocess.check_output([sys.executable, "-c", program], text=True).strip()
