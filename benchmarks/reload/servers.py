"""The servers that are compared, each with the settings that a careful user would choose."""

from dataclasses import dataclass
from pathlib import Path

LAUNCHERS = Path(__file__).parent / "launchers"
PACKAGE = "/opt/wsgi-hotreload"
PORT = 7500


@dataclass(frozen=True)
class Server:
    key: str
    label: str
    # Its virtual environment in /environments: see the Dockerfile.
    environment: str
    # What its version is the version of; None is this checkout.
    package: str | None
    # What follows ``python``; the working directory is the folder of the app.
    arguments: tuple[str, ...]
    python_path: str = ""

    @property
    def python(self) -> str:
        return f"/environments/{self.environment}/bin/python"


def _werkzeug(key: str, label: str, environment: str, reloader: str) -> Server:
    arguments = (str(LAUNCHERS / "werkzeug_server.py"), str(PORT), reloader)
    # A script has its own folder on the path, not the working directory.
    return Server(key, label, environment, "werkzeug", arguments, python_path=".")


OURS = Server(
    "hotreload",
    "wsgi-hotreload (this repository)",
    "watchdog-7",
    None,
    ("-m", "wsgi_hotreload", "app:create_app", "--port", str(PORT)),
    python_path=PACKAGE,
)

# What Flask's own server runs on, where its watcher works: what the others are compared with.
BASELINE = _werkzeug("watchdog-6", "Werkzeug, watchdog 6", "watchdog-6", "watchdog")

GUNICORN = Server(
    "gunicorn",
    "gunicorn --reload",
    "gunicorn",
    "gunicorn",
    (
        *("-m", "gunicorn", "app:create_app()", "--bind", f"127.0.0.1:{PORT}"),
        "--reload",
        # Events, not a look at each file once a second.
        *("--reload-engine", "inotify"),
        # One worker: with two, the old code answers until the second one has noticed too.
        *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
        # The heartbeat is a file, which may block on a disk.
        *("--worker-tmp-dir", "/dev/shm"),  # noqa: S108
    ),
)

UVICORN = Server(
    "uvicorn",
    "uvicorn --reload",
    "uvicorn",
    "uvicorn",
    (
        *("-m", "uvicorn", "app:create_app", "--factory", "--interface", "wsgi", "--port", str(PORT)),
        *("--reload", "--reload-dir", "."),
        # watchfiles waits for events by itself: a pause between two of its calls only adds to the time.
        *("--reload-delay", "0"),
    ),
)

GRANIAN = Server(
    "granian",
    "granian --reload",
    "granian",
    "granian",
    (
        *("-m", "granian", "app:create_app", "--factory", "--interface", "wsgi", "--port", str(PORT)),
        # Its --reload-tick has the shortest value by default.
        *("--reload", "--reload-paths", "."),
        *("--workers", "1", "--blocking-threads", "4"),
        # A request that does not end must not keep the old worker, and with it the old code.
        *("--workers-kill-timeout", "1"),
    ),
)

HUPPER = Server(
    "hupper",
    "hupper, waitress",
    "hupper",
    "hupper",
    (str(LAUNCHERS / "hupper_server.py"), str(PORT)),
    python_path=".",
)

# It patches functions in the running process.
JURIGGED = Server(
    "jurigged",
    "jurigged, Werkzeug",
    "jurigged",
    "jurigged",
    (str(LAUNCHERS / "jurigged_server.py"), str(PORT)),
    python_path=".",
)

# It runs the modules again that depend on an edited one, in the same process.
HMR = Server(
    "hmr",
    "hmr, uvicorn",
    "hmr",
    "hmr",
    ("-c", "from uvicorn_hmr import app; app()", "asgi:app", "--host", "127.0.0.1", "--port", str(PORT)),
    python_path=str(LAUNCHERS),
)

ALL = {
    server.key: server
    for server in (
        OURS,
        BASELINE,
        _werkzeug("watchdog-7", "Werkzeug, watchdog 7", "watchdog-7", "watchdog"),
        _werkzeug("stat", "Werkzeug, stat", "watchdog-6", "stat"),
        GUNICORN,
        UVICORN,
        GRANIAN,
        HUPPER,
        JURIGGED,
        HMR,
    )
}
