"""Routes that stand in for an app's own, where tests need more than /demo."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from flask import Blueprint, Response, request, send_file

general = Blueprint("general", __name__)
meeting = threading.Barrier(40)


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


@general.post("/past_the_end")
def past_the_end() -> str:
    """As a library reads that knows nothing of Flask: until there is no more."""
    return str(len(request.environ["wsgi.input"].read()))


@general.get("/collections")
def collections() -> str:
    """How often the whole heap has been looked through for what can be freed."""
    return str(gc.get_stats()[2]["collections"])


@general.post("/form")
def form() -> str:
    return str(len(request.files["file"].read()))


@general.get("/slow/<float:seconds>")
def slow(seconds: float) -> str:
    print("slow begins", flush=True)  # noqa: T201 - tests look for what the app has seen
    time.sleep(seconds)
    return "Ok"


@general.post("/slow/<float:seconds>")
def slow_with_body(seconds: float) -> str:
    request.get_data()
    time.sleep(seconds)
    return "Ok"


@general.get("/stream")
def stream() -> Iterator[bytes]:
    print("slow begins", flush=True)  # noqa: T201 - tests look for what the app has seen
    for number in range(20):
        time.sleep(0.05)
        yield b"%d\n" % number


@general.get("/breaks")
def breaks() -> Iterator[bytes]:
    yield b"one"
    raise ValueError("broken in the middle")


@general.get("/ticks")
def ticks() -> Iterator[bytes]:
    """An endless stream that says when it ends."""
    try:
        while True:
            yield b"tick\n"
            time.sleep(0.02)
    finally:
        print("the stream has ended", flush=True)  # noqa: T201


@general.get("/megabytes/<int:number>")
def megabytes(number: int) -> Response:
    piece = b"a" * 100_000
    return Response((piece for _ in range(number * 10)), headers={"Content-Length": str(number * 1_000_000)})


@general.post("/count")
def count() -> str:
    """The length of a body of any size, of which never more than a piece is in memory."""
    request.max_content_length = 2_000_000_000
    length = 0
    while piece := request.stream.read(100_000):
        length += len(piece)
    return str(length)


@general.get("/file")
def file() -> Response:
    return send_file(__file__, conditional=True)


@general.get("/client")
def client() -> str:
    return f"{request.remote_addr} {request.scheme} {request.host}"


@general.get("/hangs")
def hangs() -> str:
    """Stop the whole process, as a library that keeps the interpreter's lock does."""
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)  # another thread may get the signal first
    return "went on"


@general.get("/write")
def write() -> str:
    sqlite3.connect("app.db").execute("create table t (x)")
    return "written"


@general.get("/error")
def error() -> str:
    raise ValueError("broken\non purpose")


@general.get("/exits")
def exits() -> str:
    sys.exit("A library that was made for the command line.")


@general.get("/meets")
def meets() -> str:
    """Wait for 40 requests that are here at the same time."""
    meeting.wait(60)
    return "Ok"


@general.post("/closes_late")
def closes_late() -> Response:
    """What waits for the connection comes to it meanwhile, right behind the body that nobody has read."""
    response = Response("Ok")
    response.call_on_close(lambda: time.sleep(1))
    return response


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
