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


KEEPING = """\
import sys
from pathlib import Path
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import bytecode

folder = Path.cwd()
bytecode.install(SourceTree(folder))
sys.path.insert(0, str(folder))
import first, second, broken
files = [str(folder / f"{name}.py") for name in ("first", "second", "broken", "unknown")]
bytecode.keep(files)
before = {name: vars(sys.modules.pop(name)) for name in ("first", "second", "broken")}
Path("second.py").write_text("def number(): return 3")
Path("broken.py").write_text("def number(: return 4")
opened = set()
def note(event, arguments):
    if event == "open":
        opened.add(Path(str(arguments[0])).name.partition(".")[0])
sys.addaudithook(note)
import first, second
print(first.number(), second.number(), sorted(opened & {"first", "second"}))
try:
    import broken
except SyntaxError as error:
    traceback = error.__traceback__
    names = []
    while traceback:
        names.append(Path(traceback.tb_frame.f_code.co_filename).name)
        traceback = traceback.tb_next
    print(*sorted(set(names)))
import importlib
print(importlib.reload(first).number(), first.__loader__.get_code("first").co_name)
"""


def test_code_that_is_kept_is_that_of_the_file_as_it_is(tmp_path: Path) -> None:
    for number, name in enumerate(("first", "second", "broken"), 1):
        (tmp_path / f"{name}.py").write_text(f"def number(): return {number}")

    result = subprocess.run(
        [sys.executable, "-c", KEEPING],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": PACKAGE_PATH, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    # Nothing is opened for what is kept, and no line of this server is in the traceback of an edited module.
    assert result.stdout.splitlines() == ["1 3 ['second']", "<string>", "1 <module>"], result.stderr
