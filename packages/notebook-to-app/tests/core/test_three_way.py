"""Two changes of one text are merged where they do not meet."""

import pytest

from notebook_to_app.core.three_way import merge_three

BASE = b"a\nb\nc\nd\ne\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        (b"A\nb\nc\nd\ne\n", b"a\nb\nc\nd\nE\n", b"A\nb\nc\nd\nE\n"),
        (b"b\nc\nd\ne\n", b"a\nb\nc\nd\ne\nf\n", b"b\nc\nd\ne\nf\n"),
        (BASE, b"x\n", b"x\n"),
        (b"x\n", b"x\n", b"x\n"),
        (b"a\nb\nc\nd\n", b"a\nb\nc\nd\ne\nf\n", b"a\nb\nc\nd\nf\n"),
        (b"a\r\nb\nc\nd\ne\n", b"a\nb\nc\nd\ne", b"a\r\nb\nc\nd\ne"),
    ],
)
def test_changes_of_different_lines_are_both_made(mine: bytes, theirs: bytes, merged: bytes) -> None:
    assert merge_three(BASE, mine, theirs) == merged
    assert merge_three(BASE, theirs, mine) == merged


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (b"A\nb\nc\nd\ne\n", b"AA\nb\nc\nd\ne\n"),
        (BASE + b"f\n", BASE + b"g\n"),
        (b"a\ne\n", b"a\nb\nC\nd\ne\n"),
    ],
)
def test_changes_of_the_same_lines_are_a_conflict(mine: bytes, theirs: bytes) -> None:
    assert merge_three(BASE, mine, theirs) is None
    assert merge_three(BASE, theirs, mine) is None
