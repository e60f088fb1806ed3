"""Modules named like those of Python itself, or of this server, stop no server."""

from pathlib import Path

import pytest

from hotreload_support.server import APP, Start

# Those that the server itself, or what starts it, imports.
NAMES = ["argparse", "logging", "queue", "selectors", "signal", "socket", "subprocess", "watchdog", "werkzeug"]


@pytest.mark.parametrize("name", NAMES)
def test_the_server_starts_and_names_the_file(start: Start, tmp_path: Path, name: str) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / f"source/{name}.py").write_text("raise ImportError('the wrong module')\n")

    server = start(APP.format("app"))

    server.wait_for_log(f"{name}.py has the name of a module that Python, or a tool, imports")
    assert server.status()["state"] in ("live", "broken")
