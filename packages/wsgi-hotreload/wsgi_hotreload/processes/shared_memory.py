"""Memory that a process shares with the one that it was forked from, until either writes to it.

Python writes to all objects that it uses: their reference counts. Each page is copied at the first write to it, which
takes some microseconds, and the first request to an app that was just forked writes to a thousand of them.
"""

import ctypes
import os
import resource
from array import array
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

# The largest areas, most of which are data that is never written to, are left out first.
MOST_BYTES = 64 << 20

MADV_POPULATE_WRITE = 23  # madvise(2): from Linux 5.14 on, and refused before
# Bits of the entries of this file: https://docs.kernel.org/admin-guide/mm/pagemap.html
PAGEMAP = Path("/proc/self/pagemap")
PRESENT, EXCLUSIVE = 1 << 63, 1 << 56


def copy_ahead(is_wanted: Callable[[], bool]) -> None:
    """Copy it now, in a process that waits until it is wanted."""
    ranges = []
    for found in _shared_ranges():
        if is_wanted():
            return
        ranges.append(found)
    libc = ctypes.CDLL(None)
    left = MOST_BYTES
    for start, size in sorted(ranges, key=itemgetter(1)):
        left -= size
        if left < 0 or is_wanted():
            return
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), MADV_POPULATE_WRITE)


def _shared_ranges() -> Iterator[tuple[int, int]]:
    """Starts and sizes of what is shared with another process, except files; none where the kernel does not tell."""
    page = resource.getpagesize()
    if not os.access(PAGEMAP, os.R_OK):
        return
    with PAGEMAP.open("rb") as pagemap:
        for line in Path("/proc/self/maps").read_text().splitlines():
            area, rights, _, _, inode, *_ = line.split()
            if rights != "rw-p" or inode != "0":
                continue
            start, end = (int(address, 16) for address in area.split("-"))
            entries = array("Q", os.pread(pagemap.fileno(), (end - start) // page * 8, start // page * 8))
            for is_shared, run in groupby(entries, lambda entry: entry & (PRESENT | EXCLUSIVE) == PRESENT):
                size = sum(1 for _ in run) * page
                if is_shared:
                    yield start, size
                start += size
