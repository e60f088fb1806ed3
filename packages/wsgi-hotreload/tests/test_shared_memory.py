"""Memory is copied ahead of time in a process that was forked and waits."""

import os
import platform
import subprocess
import sys

import pytest

from hotreload_support.server import PACKAGE_PATH

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel is not Linux")
PAGES = 4096
# Prints how many pages are copied when all of an object's are written to, in a process that was forked.
PROGRAM = """\
import os, resource, sys
from mmap import MADV_NOHUGEPAGE, MAP_ANONYMOUS, MAP_PRIVATE, mmap
from pathlib import Path
from wsgi_hotreload.processes import shared_memory

pages, page = int(sys.argv[1]), resource.getpagesize()
memory = mmap(-1, pages * page, flags=MAP_PRIVATE | MAP_ANONYMOUS)
memory.madvise(MADV_NOHUGEPAGE)
memory.write(bytes(pages * page))
if os.fork():
    os.wait()
    sys.exit()
{before}
faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for start in range(0, len(memory), page):
    memory[start] = 1
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults)
"""


def pages_copied_late(before: str) -> int:
    command = [sys.executable, "-c", PROGRAM.format(before=before), str(PAGES)]
    return int(subprocess.check_output(command, env=os.environ | {"PYTHONPATH": PACKAGE_PATH}))


@pytest.mark.skipif(
    tuple(map(int, platform.release().split(".")[:2])) < (5, 14), reason="the kernel cannot copy on request"
)
def test_nothing_is_left_to_copy_when_it_is_written_to() -> None:
    assert pages_copied_late("") >= PAGES
    assert pages_copied_late("shared_memory.copy_ahead(bool)") < PAGES / 2


def test_a_large_area_is_left_alone_when_too_much_would_be_copied() -> None:
    limit = f"shared_memory.MOST_BYTES = {PAGES} * page // 2"

    assert pages_copied_late(f"{limit}; shared_memory.copy_ahead(bool)") >= PAGES


def test_a_process_that_is_wanted_goes_on_at_once() -> None:
    assert pages_copied_late("shared_memory.copy_ahead(lambda: True)") >= PAGES


def test_a_kernel_that_does_not_tell_is_no_obstacle() -> None:
    assert pages_copied_late("shared_memory.PAGEMAP = Path('/missing'); shared_memory.copy_ahead(bool)") >= PAGES
