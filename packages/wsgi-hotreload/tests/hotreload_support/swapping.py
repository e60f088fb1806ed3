"""Swap code in one interpreter, and import the same source in a fresh one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotreload_support.server import PACKAGE_PATH

SWAPS = sys.version_info >= (3, 12)
needs_swaps = pytest.mark.skipif(not SWAPS, reason="nothing is swapped: there is no sys.monitoring")

# All functions and classes of app.py as they are in the process, and what its show() returns.
DESCRIBE = """
import gc, types

def describe():
    gc.unfreeze()
    lines = [f"show: {app.show()}"]
    for found in gc.get_objects():
        if isinstance(found, types.FunctionType) and found.__code__.co_filename == app.__file__:
            code = found.__code__
            constants = [c.co_code.hex() if isinstance(c, types.CodeType) else c for c in code.co_consts]
            lines.append(f"{code.co_qualname} {list(code.co_positions())} {code.co_code.hex()}")
            lines.append(f"{code.co_qualname} {constants} {found.__doc__}")
        elif isinstance(found, type) and found.__module__ == "app":
            facts = [vars(found).get(name) for name in ("__firstlineno__", "__static_attributes__")]
            lines.append(f"{found.__qualname__} {facts}")
    print(*sorted(set(lines)), sep="\\n")
"""
FRESH = (
    DESCRIBE
    + """
import os, sys
sys.path.insert(0, os.getcwd())
import app
describe()
"""
)
# What a worker does, in one process: load, edit, swap.
SWAPPED = (
    DESCRIBE
    + """
import os, sys
from pathlib import Path
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import audit, bytecode
from wsgi_hotreload.worker.code_swap import NotSwappableError
from wsgi_hotreload.worker.code_swap.holders import Holders
from wsgi_hotreload.worker.code_swap.load_record import LoadRecord
from wsgi_hotreload.worker.code_swap.swapping import swap

folder = Path.cwd()
bytecode.install(SourceTree(folder))
audit.install()
sys.path.insert(0, str(folder))
record = LoadRecord(f"{folder}/")
try:
    import app
finally:
    record.end()
try:
    record.check()
    holders = Holders(f"{folder}/")
    os.replace(".edited.py", "app.py")
    swap([str(folder / "app.py")], record, holders)
except NotSwappableError as error:
    print(f"refused: {error.reason}")
else:
    describe()
"""
)


def swapped(folder: Path, before: str, after: str) -> str:
    """What is in a process that was loaded before an edit, and swapped after it; or ``refused`` and why."""
    (folder / "app.py").write_text(before)
    (folder / ".edited.py").write_text(after)
    return _run(SWAPPED, folder)


def fresh(folder: Path) -> str:
    """What is in a process that was loaded after the edit."""
    return _run(FRESH, folder)


def _run(program: str, folder: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": PACKAGE_PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout
