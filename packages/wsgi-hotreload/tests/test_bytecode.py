"""Two saves within a second, of one size, are two programs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotreload_support.server import PACKAGE_PATH

IMPORT_PRECISELY = f"""
import sys
from pathlib import Path

sys.path.insert(0, {PACKAGE_PATH!r})
import wsgi_hotreload

wsgi_hotreload.import_precisely(Path.cwd())
sys.path.insert(0, str(Path.cwd()))
import module

print(module.VALUE)
"""
IMPORT_PLAINLY = "import module; print(module.VALUE)"


def value(folder: Path, program: str) -> str:
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


def save(folder: Path, number: int, nanoseconds: int) -> None:
    (folder / "module.py").write_text(f"VALUE = {number}\n")
    os.utime(folder / "module.py", ns=(nanoseconds, nanoseconds))


@pytest.mark.parametrize("first", [IMPORT_PRECISELY, IMPORT_PLAINLY], ids=["ours", "another interpreter's"])
def test_a_second_save_in_the_same_second_is_imported(tmp_path: Path, first: str) -> None:
    save(tmp_path, 1, 1_700_000_000_100_000_000)
    assert value(tmp_path, first) == "1"

    save(tmp_path, 2, 1_700_000_000_200_000_000)

    assert value(tmp_path, IMPORT_PRECISELY) == "2"


def test_unchanged_source_is_not_compiled_again(tmp_path: Path) -> None:
    save(tmp_path, 1, 1_700_000_000_100_000_000)
    value(tmp_path, IMPORT_PRECISELY)
    (cached,) = (tmp_path / "__pycache__").iterdir()
    written = cached.stat().st_mtime_ns

    value(tmp_path, IMPORT_PRECISELY)

    assert cached.stat().st_mtime_ns == written
