"""Exit 0 if a URL is answered without a server error, else say why not: ``python -IS healthcheck.py URL``.

An app without a route for it is healthy, too. One that starts is waited for, since Podman looks at once, and then only
after the whole interval.

For container health checks: images here have no curl, and -IS starts Python three times faster.
"""

import http.client
import sys
import time
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 2
START_SECONDS = 20
POLL_SECONDS = 0.1


def get(url: str) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    connection.request("GET", parts.path)
    return connection.getresponse().status


def main(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            status = get(url)
            break
        except OSError as error:
            if time.monotonic() > deadline:
                sys.exit(f"{url}: {error}")
        time.sleep(POLL_SECONDS)
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        sys.exit(f"{url}: HTTP {status}")


if __name__ == "__main__":
    main(sys.argv[1])
