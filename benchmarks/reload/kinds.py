"""Which kinds of edits a server serves right. Each kind has a server of its own."""

import http.client
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reload.measure import POLL_SECONDS, START_SECONDS, rest
from benchmarks.reload.processes import ServerProcess
from benchmarks.reload.servers import PORT, Server
from benchmarks.reload.sources import APPS

# Far more than any of them takes for an edit that it notices.
WRONG_SECONDS = 10.0
ROUTE = """\
@pages.get("/route")
def route() -> str:
    return "old route"
"""


@dataclass(frozen=True)
class Kind:
    title: str
    file: str
    old: str
    new: str
    # What a fresh interpreter serves then; of the text a part.
    path: str
    status: int
    text: str


ALL = [
    Kind("body", "pages.py", "old body", "new body", "/body", 200, "new body"),
    Kind("new route", "pages.py", ROUTE, f"{ROUTE}\n\n{ROUTE.replace('route', 'added')}", "/added", 200, "old added"),
    Kind("removed route", "pages.py", ROUTE, "", "/route", 404, ""),
    Kind("imported constant", "settings.py", "old constant", "new constant", "/constant", 200, "new constant"),
    Kind("syntax error shown", "pages.py", ROUTE, "def route(:\n", "/body", 500, "SyntaxError"),
    Kind("data file", "data.txt", "old data", "new data", "/data", 200, "new data"),
]


def served_right(server: Server) -> dict[str, bool]:
    """Of each kind, by its title, whether the server comes to serve what a fresh interpreter would."""
    return {kind.title: _is_served_right(server, kind) for kind in ALL}


def _is_served_right(server: Server, kind: Kind) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "source")
        shutil.copytree(APPS / "kinds", folder, ignore=shutil.ignore_patterns("__pycache__"))
        process = ServerProcess(server, folder, Path(name, "log"))
        try:
            if not _comes("/body", 200, "old body", START_SECONDS):
                raise RuntimeError(f"{server.label} does not start:\n{Path(name, 'log').read_text()}")
            rest(process)
            edited = folder / kind.file
            edited.write_text(edited.read_text().replace(kind.old, kind.new))
            return _comes(kind.path, kind.status, kind.text, WRONG_SECONDS)
        finally:
            process.stop()


def _comes(path: str, status: int, text: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=seconds)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            response = connection.getresponse()
            if response.status == status and text in response.read().decode():
                return True
        except (OSError, http.client.HTTPException):  # it is not there, or has ended
            pass
        finally:
            connection.close()
        time.sleep(POLL_SECONDS)
    return False
