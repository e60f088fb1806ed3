"""What is measured: each is one line of the table."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.bring.kernel import Kernel, running_kernel

ROUNDS = 20
STARTS = 7
SOURCE = Path("/workspace/worker-node")
ROUTES = SOURCE / "routes/general_routes.py"
FUNCTION = SOURCE / "functions/benchmark_of_bring.py"
TESTS = SOURCE / "tests/functions/test_benchmark_of_bring.py"
CLASSES = SOURCE / "functions/benchmark_of_edits.py"

ASK = "requests.get('http://worker-node:7500/benchmark-of-bring').text"
BRING_FUNCTION = "%%bring functions.benchmark_of_bring\ndef number() -> str:\n    return '{}'\n\n"
BRING_ROUTE = (
    "%%bring routes.general_routes\nfrom functions.benchmark_of_bring import number\n\n"
    "@general.get('/benchmark-of-bring')\ndef benchmark_of_bring() -> str:\n    return number()\n"
)
THREE_TESTS = "".join(f"def test_{number}() -> None:\n    assert {number} < 3\n\n\n" for number in range(3))
DATACLASS = (
    "@dataclass\nclass Thing{0}:\n    name: str\n    size: int = 0\n\n    def area(self):\n        return {1}\n\n\n"
)
DATACLASSES, EDITS, MORE_EDITS = 60, 200, 400
KERNEL_MEMORY = "next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmRSS')) / 1024"
LAB_PORT = 8899
LAB_SECONDS = 60.0


@dataclass
class Figure:
    name: str
    # What it shall be at most.
    limit: float | None = None
    unit: str = "ms"
    values: list[float] = field(default_factory=list)

    @property
    def row(self) -> str:
        limit = "" if self.limit is None else f"{self.limit:.0f}"
        return f"| {self.name} | {median(self.values):.0f} {self.unit} | {max(self.values):.0f} | {limit} |"


def bringing(kernel: Kernel) -> list[Figure]:
    """In turn, so that all have the same machine."""
    for cell in ("import requests", BRING_FUNCTION.format("first"), BRING_ROUTE, ASK):
        kernel.run(cell)
    TESTS.write_text(THREE_TESTS)
    take = "%take functions.benchmark_of_bring.number"
    empty, ask, bring, both = (
        Figure("an empty cell"),
        Figure("the request alone"),
        Figure("%%bring, until live", 50),
        Figure("%%bring, and the request"),
    )
    taking, testing = Figure("%take, until the cell is there", 50), Figure("%test, three tests", 1000)
    for number in range(ROUNDS):
        empty.values.append(kernel.milliseconds(""))
        ask.values.append(kernel.milliseconds(ASK))
        bring.values.append(kernel.milliseconds(BRING_FUNCTION.format(f"{number}, brought")))
        both.values.append(kernel.milliseconds(BRING_FUNCTION.format(number) + ASK))
        if (answer := kernel.run(ASK)) != repr(str(number)):
            sys.exit(f"The route answers {answer}, which is not {number}.")
        taking.values.append(kernel.milliseconds(take))
        if f"return '{number}'" not in (taken := str(kernel.run(take))):
            sys.exit(f"This was taken, which is not the function:\n{taken}")
        testing.values.append(kernel.milliseconds("%test functions.benchmark_of_bring"))
    return [empty, ask, taking, bring, both, testing]


def edits(kernel: Kernel) -> list[Figure]:
    """A cell after many edits takes no longer than after the first, and what was before is not kept."""
    more = Figure(f"a cell after {EDITS} edits, {DATACLASSES} dataclasses imported: more than after the first", 100)
    memory = Figure(f"a kernel's memory: more after {MORE_EDITS} edits than after the first", 30, "MB")
    _write_classes(0)
    kernel.run("from functions.benchmark_of_edits import *\nthings = [Thing0('a'), Thing1('b')]")
    times: list[float] = []
    for number in range(1, MORE_EDITS + 1):
        _write_classes(number)
        times.append(kernel.milliseconds("things[0].area()"))
        if number == 1:
            before = float(str(kernel.run(KERNEL_MEMORY)))
        if (area := kernel.run("things[0].area()")) != str(number):
            sys.exit(f"After edit {number} a cell sees {area}.")
    more.values = [median(times[EDITS - 5 : EDITS + 5]) - times[0]]
    memory.values = [float(str(kernel.run(KERNEL_MEMORY))) - before]
    return [more, memory]


def starts() -> list[Figure]:
    """From the start of a kernel to the end of its first cell, in turn."""
    ours, bare = Figure("a kernel's start"), Figure("a bare kernel's start")
    later = Figure("a kernel starts later than a bare one by", 150)
    for _ in range(STARTS):
        for figure, is_bare in ((ours, False), (bare, True)):
            started = time.perf_counter()
            with running_kernel(bare=is_bare) as kernel:
                kernel.run("1 + 1")
                figure.values.append((time.perf_counter() - started) * 1000)
    later.values = [median(ours.values) - median(bare.values)]
    return [ours, bare, later]


def lab() -> list[Figure]:
    """From the start of JupyterLab, with what it keeps and the page cache warm, to its page."""
    figure = Figure("JupyterLab's start, until its page with the extension is there", 2000)
    url = f"http://127.0.0.1:{LAB_PORT}/lab"
    with tempfile.TemporaryDirectory() as state:
        own = {"STATE_DIRECTORY": state, "JUPYTER_DATA_DIR": f"{state}/data", "JUPYTER_CONFIG_DIR": f"{state}/config"}
        for number in range(4):
            started = time.perf_counter()
            command = ["jupyter", "lab", f"--port={LAB_PORT}", "--IdentityProvider.token="]
            with subprocess.Popen(
                command, env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as server:
                try:
                    _wait_for_extension(url, time.perf_counter() + LAB_SECONDS)
                    if number:  # the first one warms up
                        figure.values.append((time.perf_counter() - started) * 1000)
                finally:
                    server.terminate()
    return [figure]


@contextmanager
def app_put_back() -> Iterator[None]:
    before = ROUTES.read_bytes()
    try:
        yield
    finally:
        ROUTES.write_bytes(before)
        for made in (FUNCTION, TESTS, CLASSES):
            made.unlink(missing_ok=True)


def _write_classes(number: int) -> None:
    classes = "".join(DATACLASS.format(index, number) for index in range(DATACLASSES))
    CLASSES.write_text(f"from dataclasses import dataclass\n\n\n{classes}")


def _wait_for_extension(url: str, deadline: float) -> None:
    while time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 - it is our own
                if b'"name": "notebook-to-app"' in page.read():
                    return
                sys.exit("JupyterLab is there without the extension.")
        except urllib.error.URLError:
            time.sleep(0.01)
    sys.exit(f"JupyterLab did not start in {LAB_SECONDS:.0f} s.")
