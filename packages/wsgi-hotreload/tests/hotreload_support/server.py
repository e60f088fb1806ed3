"""A development server of its own for a test: on a folder of its own, with its log and its status."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import requests

import wsgi_hotreload
from hotreload_support.ports import free_port
from hotreload_support.waiting import wait_for
from wsgi_hotreload import StatusClient

# Where this process imports the package from, for those that it starts.
PACKAGE_PATH = str(Path(wsgi_hotreload.__file__).resolve().parents[1])
STATUS = "/__hotreload__"
# Until a state is settled, or the server has stopped: far more than it takes on any machine.
SETTLED_SECONDS = 120

# An app whose answers name the state of its source.
APP = """\
from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.get("/")
    def answer():
        return "{}"

    return app
"""


class ReloadServer:
    """``python -m wsgi_hotreload`` on a folder, or the text of a ``program`` that does the same in its own way."""

    def __init__(
        self,
        folder: Path,
        log: Path,
        *,
        program: str = "",
        factory: str = "app:create_app",
        python: str = sys.executable,
        **environment: str,
    ) -> None:
        self.folder = folder
        self.log_file = log
        self.url = f"http://127.0.0.1:{free_port()}"
        command = ["-c", program] if program else ["-m", "wsgi_hotreload"]
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [python, *command, factory, "--port", self.url.rpartition(":")[2]],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": PACKAGE_PATH} | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def write(self, text: str, name: str = "app.py") -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def save(self, text: str, name: str = "app.py") -> dict[str, Any]:
        """Save a file, and wait until this, or why it is broken, is served."""
        generation = self.status()["generation"]
        self.write(text, name)
        return self.settled_after(generation, name)

    def get(self, path: str = "/", **arguments: Any) -> requests.Response:  # noqa: ANN401
        return requests.get(f"{self.url}{path}", timeout=60, **arguments)

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = wait_for("the server", self._status)
        return status

    def _status(self) -> dict[str, Any] | None:
        assert self.process.poll() is None, self.log()
        try:
            status: dict[str, Any] = self.get(STATUS).json()
        except requests.ConnectionError:
            return None
        return status

    def settled_after(self, generation: int, name: str | None = None) -> dict[str, Any]:
        """The status once a later generation is live or broken, the one with this file if it is named."""

        def settled() -> dict[str, Any] | None:
            status: dict[str, Any] = self.get(STATUS, params={"after": generation}).json()
            return status if status["generation"] > generation and status["state"] != "loading" else None

        status: dict[str, Any]
        try:
            if name:
                named = StatusClient(self.url).settled_with(name, generation, SETTLED_SECONDS)
                status = json.loads(json.dumps(asdict(named)))
            else:
                status = wait_for("the next generation", settled, timeout=SETTLED_SECONDS)
        except (AssertionError, TimeoutError) as error:
            raise AssertionError(f"{error!r}: {self._what_it_does()}\n{self.log()}") from None
        return status

    def _what_it_does(self) -> str:
        """What each of its processes waits for in the kernel, and how long it has run."""
        found = []
        for pid in self.processes():
            with contextlib.suppress(OSError):
                fields, waits = _stat(pid), Path(f"/proc/{pid}/wchan").read_text()
                found.append(f"{pid} of {parent_of(pid)}: {fields[0]} {waits}, ticks {fields[11]} + {fields[12]}")
        return "; ".join(found)

    def log(self) -> str:
        return self.log_file.read_text()

    def wait_for_log(self, text: str) -> None:
        wait_for(f"{text!r} in the log", lambda: text in self.log(), timeout=60)

    def processes(self) -> list[int]:
        """The pids of the supervisor and of all processes below it."""
        found, parents = [self.process.pid], {self.process.pid}
        while parents:
            parents = {pid for pid in _all_pids() if parent_of(pid) in parents}
            found += parents
        return found

    def children(self, pid: int) -> set[int]:
        return {child for child in self.processes() if parent_of(child) == pid}

    def worker(self) -> int:
        """The pid of the worker that serves, for apps with a route that tells it."""
        return int(self.get("/pid").text)

    def zygote(self) -> int:
        (pid,) = self.children(self.process.pid)
        return pid

    def stop(self) -> int:
        """Stop it as Docker does, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=SETTLED_SECONDS)
        finally:
            self.process.kill()


def serve_app(folder: Path, log: Path, app: str, **options: str) -> ReloadServer:
    """A server that has settled on the text of an ``app.py`` in a folder, which is made if it is not there."""
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(app)
    server = ReloadServer(folder, log, **options)
    server.status()
    server.settled_after(0)
    return server


# Starts a server on the text of an app.py.
Start = Callable[..., ReloadServer]


def _all_pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def parent_of(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def is_running(pid: int) -> bool:
    """Whether it has not ended, waited for by its parent or not."""
    return _stat(pid)[:1] not in ([], ["Z"])


def _stat(pid: int) -> list[str]:
    """The fields of proc(5) from the state on; none if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
