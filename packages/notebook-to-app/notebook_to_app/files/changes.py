"""Change several files, all of them or none."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write
from notebook_to_app.files.target_module import TargetFile, target_at


@dataclass(frozen=True)
class Change:
    """What a file has, and what it shall have; None where there is no file."""

    title: str
    before: bytes | None
    after: bytes | None

    @property
    def target(self) -> TargetFile:
        return target_at(self.title)


def apply(changes: Iterable[Change], made_before: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Write, or delete, each file. Returns the folders that were made.

    With a file that is deleted go the folders ``made_before`` for it, if they are empty.

    Raises:
        Refusal, OSError: a file cannot be written or deleted, or is not as it was. All are as before.
    """
    made: list[Path] = []
    done: list[Change] = []
    try:
        for change in changes:
            if change.after is not None:
                made += atomic_write.write(change.target.path, change.after, expected=change.before)
            elif change.before is not None:
                atomic_write.remove(change.target.path, list(made_before), expected=change.before)
            done.append(change)
    except (Refusal, OSError):
        with contextlib.suppress(Refusal, OSError):
            apply([Change(change.title, change.after, change.before) for change in reversed(done)], made)
        raise
    return tuple(made)
