"""Start the app: the only place that chooses a server.

``python run.py`` typed by hand is somebody developing, so without ``ENVIRONMENT`` it is DEV here,
on the loopback address alone; the images say for themselves what they are.
"""

import os
import sys

from config import ConfigurationError, environment


def main() -> None:
    os.environ.setdefault("ENVIRONMENT", "DEV")
    try:
        if environment() == "DEV":
            from servers.development import serve
        else:
            from servers.production import serve
        serve()
    except ConfigurationError as error:
        sys.exit(str(error))


# The production server's workers import this module again: https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods
if __name__ == "__main__":
    main()
