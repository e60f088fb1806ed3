"""Merge two changes of one text, if they do not meet."""

from __future__ import annotations

from difflib import SequenceMatcher


def merge_three(base: bytes, mine: bytes, theirs: bytes) -> bytes | None:
    """What ``base`` becomes by both changes; None if they are about the same lines."""
    lines = base.splitlines(keepends=True)
    changes = sorted(set(_changes(lines, mine)) | set(_changes(lines, theirs)))
    merged: list[bytes] = []
    before, end = -1, 0
    for start, stop, new in changes:
        # Of two insertions at one place, neither is the first.
        if start < end or (start, stop) == (before, end):
            return None
        merged += [*lines[end:start], *new]
        before, end = start, stop
    return b"".join([*merged, *lines[end:]])


def _changes(base: list[bytes], text: bytes) -> list[tuple[int, int, tuple[bytes, ...]]]:
    """From which line to which, and what stands there instead."""
    new = text.splitlines(keepends=True)
    opcodes = SequenceMatcher(None, base, new, autojunk=False).get_opcodes()
    return [(i1, i2, tuple(new[j1:j2])) for tag, i1, i2, j1, j2 in opcodes if tag != "equal"]
