"""Start the app: the only place that chooses a server.

``python run.py`` typed by hand is somebody developing, so without ``ENVIRONMENT`` it is DEV here,
on the loopback address alone; the images say for themselves what they are.

Imports nothing of the app, so that whatever a save breaks, the server lives.
"""

import os
import sys

APP = "app:create_app"
# What else runs in development, anew after each save: {"worker": "python -m jobs"}, for example.
ROLES: dict[str, str] = {}


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - which would be a syntax error or a missing module somewhere else
        sys.exit(f"Python is {sys.version.split()[0]}, and 3.11 to 3.14 are needed: make the venv by one of these.")
    environment = os.environ.setdefault("ENVIRONMENT", "DEV")
    if environment == "DEV":
        serve_reloading()
    elif environment == "PROD":
        serve_production()
    else:
        sys.exit(f"ENVIRONMENT is {environment!r}, which is not known: set it to DEV or PROD.")


def serve_reloading() -> None:
    try:
        from wsgi_hotreload import serve
    except ModuleNotFoundError as error:
        sys.exit(
            f"ENVIRONMENT is 'DEV', which needs {error.name}, and it is not installed here: "
            "install requirements-dev.txt, or set ENVIRONMENT to PROD."
        )
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or 7500
    serve(APP, host=host, port=port, source=os.path.dirname(__file__), roles=ROLES)  # noqa: PTH120 - a module less to import


def serve_production() -> None:
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - likewise
    server = os.path.join(os.path.dirname(here), "production", "serve.py")  # noqa: PTH118, PTH120 - likewise
    if not os.path.exists("/usr/sbin/haproxy"):  # noqa: PTH110 - likewise
        sys.exit(
            "ENVIRONMENT is 'PROD', and production runs in its image: "
            "docker compose up --scale production=1 production, or set ENVIRONMENT to DEV."
        )
    os.environ["APP_FACTORY"] = APP
    os.execv(sys.executable, [sys.executable, "-P", server])  # noqa: S606 - no shell


if __name__ == "__main__":
    main()
