"""What works in which set-up, as a table at the end of the run."""

import re

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what works in which set-up: a line for each, a column for each test."""
    results: dict[str, dict[str, str]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            if cell := re.search(r"test_every_setup\.py::test_(\w+)\[(.+)\]$", getattr(report, "nodeid", "")):
                results.setdefault(cell[2], {})[cell[1]] = "yes" if outcome == "passed" else outcome
    if not results:
        return
    columns = list(dict.fromkeys(column for result in results.values() for column in result))
    width = max(map(len, results))
    terminalreporter.section("set-ups")
    for name, cells in ({"": {column: column.replace("_", " ") for column in columns}} | results).items():
        shown = "  ".join(f"{cells.get(column, '-'):<{len(column)}}" for column in columns)
        terminalreporter.write_line(f"{name:<{width}}  {shown}".rstrip())
