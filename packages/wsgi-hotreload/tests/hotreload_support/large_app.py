"""An app of many modules that nobody edits, and some that tests edit."""

from collections.abc import Callable

from hotreload_support.server import ReloadServer
from hotreload_support.waiting import wait_for
from wsgi_hotreload.worker.snapshot import FEWEST_MODULES

# Imports many modules that nobody edits, then the others, and answers with the values of all that have one.
APP = """\
import importlib
from flask import Flask

{prelude}
PARTS = [importlib.import_module(f"parts.{{name}}") for name in {names}]


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/pid", "pid", lambda: str(__import__("os").getpid()))
    app.add_url_rule("/", "values", lambda: " ".join(str(part.VALUE) for part in PARTS if hasattr(part, "VALUE")))
    return app
"""
STABLE = [f"stable_{number}" for number in range(FEWEST_MODULES)]
# A module that leaves a trace of each time that it is run.
TRACE = "open({path!r}, 'a').write('run ')\n"

# Starts a server on an app with these modules after the stable ones, each with its text.
StartLarge = Callable[..., ReloadServer]


def edit(server: ReloadServer, name: str, text: str) -> str:
    """Save a module, and return what is served then."""
    server.save(text, f"parts/{name}.py")
    return server.get().text


def runs_of_stable_modules(server: ReloadServer) -> int:
    return (server.folder.parent / "runs").read_text().count("run")


def edit_until_nothing_stable_is_run_again(server: ReloadServer, name: str, text: str) -> None:
    """Save a module again and again until a save is served from a snapshot."""

    def served_from_snapshot() -> bool:
        before = runs_of_stable_modules(server)
        edit(server, name, text)
        return runs_of_stable_modules(server) == before

    wait_for("a save from a snapshot", served_from_snapshot)
