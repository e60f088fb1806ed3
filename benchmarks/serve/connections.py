"""Look at the connections of this container to servers."""

import sys
import time
from pathlib import Path

from benchmarks.serve.servers import PORT

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
# Closed by both ends; the kernel only remembers it. See include/net/tcp_states.h of Linux.
TIME_WAIT = "06"
# Several times what the longest queue took. What is open then has lost its packets: nobody works on it.
TIMEOUT_SECONDS = 30.0
POLL_SECONDS = 0.05


def wait_until_closed() -> None:
    """Wait until servers have closed all connections that a client is done with, or until the time is over.

    One that is busy, or has a queue, does so when it comes to them: until then it works for nobody.
    """
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while open_states := _open_states():
        if time.monotonic() > deadline:
            sys.stderr.write(f"Goes on with connections open, in the states {', '.join(open_states)}\n")
            return
        time.sleep(POLL_SECONDS)


def _open_states() -> list[str]:
    """The state of each connection that is not closed."""
    lines = [line for table in TABLES if table.exists() for line in table.read_text().splitlines()[1:]]
    remotes_and_states = [line.split()[2:4] for line in lines]
    return [state for remote, state in remotes_and_states if remote.endswith(f":{PORT:04X}") and state != TIME_WAIT]
