"""An app that patches libraries before it imports others ends as in a fresh interpreter, after each save too."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload_support.server import APP, ReloadServer, Start
from hotreload_support.waiting import wait_for
from wsgi_hotreload.processes.installed import package_folders

# One that this process may write to: the user's own, or a virtual environment's.
PACKAGES = package_folders()[-1]
# The tests of this file may run in several processes at a time.
LIBRARY = f"copying_library_{os.getpid()}"
# Copies, as it is imported, what others may have patched.
COPYING = """\
import logging
from colorsys import rgb_to_hsv
SEEN = rgb_to_hsv.__name__, logging.getLoggerClass().__name__
"""
CLASS = "class Own(logging.Logger): pass\n"
RESPONDING = "import colorsys, logging\n{}\n" + APP.replace('"{}"', f"str(({LIBRARY}.SEEN, {{}}))")


@pytest.fixture(autouse=True)
def library() -> Iterator[None]:
    path = PACKAGES / f"{LIBRARY}.py"
    path.write_text(COPYING)
    yield
    path.unlink()


def save_until(server: ReloadServer, prelude: str, text: str) -> None:
    """Save again and again until libraries are loaded as they will be from now on, and this is served."""
    number = 0

    def is_served() -> bool:
        nonlocal number
        number += 1
        server.save(RESPONDING.format(prelude, number))
        return server.get().text == f"({text}, {number})"

    wait_for(text, is_served, timeout=60)
    for _ in range(3):
        assert is_served()


@pytest.mark.parametrize(
    ("patch", "seen"),
    [
        ("colorsys.rgb_to_hsv = min", "('min', 'Logger')"),
        (f"{CLASS}logging.setLoggerClass(Own)", "('rgb_to_hsv', 'Own')"),
        ("import sys, types\nsys.modules['colorsys'] = types.SimpleNamespace(rgb_to_hsv=max)", "('max', 'Logger')"),
    ],
    ids=["a function", "a class", "a module"],
)
def test_a_library_that_is_imported_after_a_patch_sees_it_after_each_save(start: Start, patch: str, seen: str) -> None:
    server = start(RESPONDING.format(f"{patch}\nimport {LIBRARY}", 0))
    assert server.get().text == f"({seen}, 0)"

    save_until(server, f"{patch}\nimport {LIBRARY}", seen)

    assert server.log().count("before it imports others, so libraries are imported anew at each save") == 1


def test_a_patch_that_comes_by_an_edit_is_seen(start: Start) -> None:
    server = start(RESPONDING.format(f"import {LIBRARY}", 0))
    save_until(server, f"import {LIBRARY}", "('rgb_to_hsv', 'Logger')")

    save_until(server, f"colorsys.rgb_to_hsv = min\nimport {LIBRARY}", "('min', 'Logger')")


def test_a_patch_after_all_imports_keeps_libraries_ahead(start: Start, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    (PACKAGES / f"{LIBRARY}.py").write_text(f"{COPYING}open({str(runs)!r}, 'a').write('run ')\n")
    patching = RESPONDING.replace("    return app", "    colorsys.rgb_to_hsv = min\n    return app")
    server = start(patching.format(f"import {LIBRARY}", 0))

    def is_ahead() -> bool:
        before = runs.read_text()
        server.save(patching.format(f"import {LIBRARY}\nNUMBER = {len(before)}", 0))
        return runs.read_text() == before

    wait_for("a save that runs no library", is_ahead)
    assert "at each save" not in server.log()
