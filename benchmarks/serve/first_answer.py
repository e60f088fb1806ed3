"""Start a server by the command that is given, and print after how many milliseconds it answers.

Runs in the server's own container, by ``python -c``: its standard library is all that it needs.
"""

import http.client
import subprocess
import sys
import time


def main(command: list[str]) -> None:
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        while not answers():
            if server.poll() is not None:
                sys.exit(f"{command} has ended without an answer")
            time.sleep(0.002)
        print(round((time.monotonic() - began) * 1000))  # noqa: T201
        server.kill()


def answers() -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", 7500, timeout=60)
        connection.request("GET", "/tiny")
        return connection.getresponse().status == http.client.OK
    except ConnectionRefusedError:
        return False


main(sys.argv[1:])
