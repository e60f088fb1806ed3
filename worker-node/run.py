"""Start the app: the only place that chooses a server.

``python run.py`` typed by hand is somebody developing, so without ``ENVIRONMENT`` it is DEV here,
on the loopback address alone; the images say for themselves what they are.
"""

import os
import sys


def main() -> None:
    if os.environ.setdefault("ENVIRONMENT", "DEV") == "DEV":
        serve_reloading()
        return
    from config import ConfigurationError, environment

    try:
        environment()
        from servers.production import serve

        serve()
    except ConfigurationError as error:
        sys.exit(str(error))


def serve_reloading() -> None:
    """Serve by hot reload. Imports nothing of the app here: whatever a save breaks, the server lives."""
    try:
        from wsgi_hotreload import serve
    except ModuleNotFoundError as error:
        sys.exit(
            f"ENVIRONMENT is 'DEV', which needs {error.name}, and it is not installed here: "
            "install requirements-dev.txt, or set ENVIRONMENT to PROD."
        )
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or 7500
    serve("app:create_app", host=host, port=port, source=os.path.dirname(__file__))  # noqa: PTH120 - see above


# The production server's workers import this module again: https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods
if __name__ == "__main__":
    main()
