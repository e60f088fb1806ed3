"""Start the app: the only place that chooses a server.

``python run.py`` typed by hand is somebody developing, so without ``ENVIRONMENT`` it is DEV here,
on the loopback address alone; the images say for themselves what they are.
"""

import os
import shutil
import sys
from pathlib import Path

from config import ConfigurationError, environment

APP = "app:create_app"
PRODUCTION = Path(__file__).resolve().parent.parent / "production" / "serve.py"


def main() -> None:
    os.environ.setdefault("ENVIRONMENT", "DEV")
    if environment() == "DEV":
        from servers.development import serve

        serve()
    else:
        serve_production()


def serve_production() -> None:
    """Become the production server.

    Raises:
        ConfigurationError: this is not the production image.
    """
    if not PRODUCTION.exists() or not shutil.which("haproxy"):
        raise ConfigurationError(
            "ENVIRONMENT is 'PROD', and production runs in its image: "
            "docker compose up --scale production=1 production, or set ENVIRONMENT to DEV."
        )
    os.execv(sys.executable, [sys.executable, str(PRODUCTION), APP])


if __name__ == "__main__":
    main()
