"""A copy of what is printed goes to a file, for who cannot see the terminal; in the terminal nothing is different."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from hotreload_support.server import APP, PACKAGE_PATH, Start
from hotreload_support.waiting import wait_for
from wsgi_hotreload.output_copy import MOST_BYTES, RollingFile

PRINTING = APP.replace(
    'return "{}"',
    """import os, subprocess, sys
        print("by print")
        print("by stderr", file=sys.stderr)
        os.write(1, b"by its descriptor\\\\n")
        subprocess.run(["sh", "-c", "echo by a program"])
        return "printed\"""",
)
# Prints to both in turn, and whether they are terminals.
PROGRAM = """
import os, sys
from wsgi_hotreload.output_copy import copied_to
with copied_to("copy"):
    for number in range(100):
        os.write(1 + number % 2, b"%d\\n" % number)
    said = sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size()
    os.write(1, b"%s\\n" % " ".join(map(str, said)).encode())  # in one piece, as the numbers
print("afterwards")
"""
NUMBERS = [str(number) for number in range(100)]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def run(
    folder: Path, program: str = PROGRAM, stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": PACKAGE_PATH}
    return subprocess.Popen([sys.executable, "-c", program], cwd=folder, env=environment, stdout=stdout, stderr=stderr)


def test_whatever_prints_it_is_in_both(start: Start, copy: Path) -> None:
    server = start(PRINTING, HOTRELOAD_LOG=str(copy), PYTHONUNBUFFERED="1")
    server.get()

    for how in ("Live in", "by print", "by stderr", "by its descriptor", "by a program", '"GET / HTTP/1.1" 200'):
        wait_for(f"{how!r} in the copy", lambda how=how: how in copy.read_text())  # type: ignore[misc]
    assert copy.read_text() in server.log()


def test_what_is_said_last_is_not_lost(start: Start, copy: Path) -> None:
    server = start(APP + "\nimport atexit\natexit.register(print, 'goodbye')\n", HOTRELOAD_LOG=str(copy))

    assert server.stop() == 0

    assert "goodbye" in server.log()
    assert "goodbye" in copy.read_text()


def test_a_terminal_stays_one_and_the_order_of_both_streams_stays(tmp_path: Path, copy: Path) -> None:
    terminal, other_end = pty.openpty()
    process = run(tmp_path, stdout=other_end, stderr=other_end)
    os.close(other_end)
    shown = read_all(terminal)

    assert process.wait(timeout=30) == 0
    assert shown.decode().split("\r\n")[:100] == NUMBERS
    assert "True True" in shown.decode()
    assert shown.endswith(b"afterwards\r\n")
    assert copy.read_bytes().replace(b"\n", b"\r\n") + b"afterwards\r\n" == shown


def test_streams_that_go_to_different_places_still_do(tmp_path: Path, copy: Path) -> None:
    process = run(
        tmp_path, PROGRAM.replace(", os.get_terminal_size()", ""), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = process.communicate(timeout=30)

    assert out.decode().split() == [*NUMBERS[::2], "False", "False", "afterwards"]
    assert err.decode().split() == NUMBERS[1::2]
    assert sorted(copy.read_text().split()) == sorted([*NUMBERS, "False", "False"])


def test_only_the_newest_is_kept_and_a_reader_notices_the_new_file(copy: Path) -> None:
    file = RollingFile(copy)
    before = copy.stat().st_ino
    line = b"x" * 99 + b"\n"
    for _ in range(MOST_BYTES // len(line)):
        file.write(line)
    assert copy.stat().st_ino == before

    file.write(b"the newest\n")

    assert copy.stat().st_ino != before
    assert copy.stat().st_size <= MOST_BYTES // 2 + 100
    assert set(copy.read_bytes().splitlines()) == {line.rstrip(), b"the newest"}


def test_a_file_that_cannot_be_written_is_named_and_the_app_is_served(start: Start) -> None:
    server = start(HOTRELOAD_LOG="/nowhere/log")

    assert server.get().text == "first"
    assert "HOTRELOAD_LOG is /nowhere/log, where no file can be written (No such file or directory)" in server.log()


def read_all(terminal: int) -> bytes:
    parts = []
    while True:
        try:
            parts.append(os.read(terminal, 1 << 16))
        except OSError:
            return b"".join(parts)
