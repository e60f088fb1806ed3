"""Start the app: the only place that chooses a server.

``python run.py`` typed by hand is somebody developing, so without ``ENVIRONMENT`` it is DEV here,
on the loopback address alone; the images say for themselves what they are.
"""

import os
import sys
from pathlib import Path

from config import ConfigurationError, environment


def main() -> None:
    os.environ.setdefault("ENVIRONMENT", "DEV")
    try:
        if environment() == "DEV":
            serve_reloading()
        else:
            from servers.production import serve

            serve()
    except ConfigurationError as error:
        sys.exit(str(error))


def serve_reloading() -> None:
    try:
        from wsgi_hotreload import serve
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"ENVIRONMENT is 'DEV', which needs {error.name}, and it is not installed here: "
            "install requirements-dev.txt, or set ENVIRONMENT to PROD."
        ) from None
    serve(
        "app:create_app",
        host=os.environ.get("HOST") or "127.0.0.1",
        port=os.environ.get("PORT") or 7500,
        source=Path(__file__).parent,
    )


# The production server's workers import this module again: https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods
if __name__ == "__main__":
    main()
