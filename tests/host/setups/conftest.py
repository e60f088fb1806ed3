"""Each set-up is started once, for all tests of this folder, which end with a table of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from host.conftest import Stack
from host.setups.every_setup import SETUPS, SetUp


@dataclass
class Running:
    """A stack that runs in a set-up."""

    setup: SetUp
    stack: Stack


@pytest.fixture(scope="module", params=SETUPS, ids=lambda setup: setup.name)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    setup: SetUp = request.param
    with setup.stack(tmp_path_factory.mktemp("setup")) as stack:
        try:
            setup.up(stack)
            yield Running(setup, stack)
        finally:
            stack.down()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what works in which set-up: a line for each, a column for each test."""
    results: dict[str, dict[str, str]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            if cell := re.search(r"setups/test_every_setup\.py::test_(\w+)\[(.+)\]$", getattr(report, "nodeid", "")):
                results.setdefault(cell[2], {})[cell[1]] = "yes" if outcome == "passed" else outcome
    if not results:
        return
    columns = list(dict.fromkeys(column for result in results.values() for column in result))
    width = max(map(len, results))
    terminalreporter.section("set-ups")
    for name, cells in ({"": {column: column.replace("_", " ") for column in columns}} | results).items():
        shown = "  ".join(f"{cells.get(column, '-'):<{len(column)}}" for column in columns)
        terminalreporter.write_line(f"{name:<{width}}  {shown}".rstrip())
