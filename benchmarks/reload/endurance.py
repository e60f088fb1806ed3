"""Make many edits in a row, and look what this repository's server occupies after them."""

import http.client
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.reload import servers
from benchmarks.reload.measure import IDLE_CPU_SECONDS
from benchmarks.reload.processes import ServerProcess
from benchmarks.reload.sources import App, Source

# The memory after so many edits is what that after all of them is compared with.
FIRST_EDITS = 50


def measure(app: App, edits: int) -> str:
    """Return in a sentence the memory after the first and after all edits, and the idle CPU."""
    with tempfile.TemporaryDirectory() as folder:
        source = Source(app, Path(folder, "source"))
        process = ServerProcess(servers.OURS, source.folder, Path(folder, "log"))
        try:
            generation = _settled_after(0)
            megabytes = []
            for number in range(1, edits + 1):
                source.save_next_number()
                generation = _settled_after(generation)
                if number in (FIRST_EDITS, edits):
                    process.wait_until_quiet(timeout=10)
                    megabytes.append(process.memory_bytes() / 1e6)
                    sys.stderr.write(f"{app.name}, {number} edits: {megabytes[-1]:.1f} MB\n")
            idle = process.cpu_share(IDLE_CPU_SECONDS) * 100
        finally:
            process.stop()
    return (
        f"{app.name}: {megabytes[0]:.1f} MB after {FIRST_EDITS} edits, {megabytes[-1]:.1f} after {edits} "
        f"({megabytes[-1] / megabytes[0] - 1:+.1%}), idle CPU {idle:.2f}%\n"
    )


def _settled_after(generation: int) -> int:
    """Wait until a later generation is live, and return its number."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", servers.PORT, timeout=60)
        try:
            connection.request("GET", f"/__hotreload__?after={generation}")
            status = json.loads(connection.getresponse().read())
        except OSError:  # it does not listen yet
            continue
        finally:
            connection.close()
        if status["generation"] > generation and status["state"] == "live":
            return int(status["generation"])
