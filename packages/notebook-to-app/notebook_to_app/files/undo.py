"""What was brought in this kernel, to be taken back step by step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write
from notebook_to_app.files.target_module import TargetFile


@dataclass(frozen=True)
class Step:
    """One change of a file."""

    target: TargetFile
    # None for a file that was made.
    before: bytes | None
    after: bytes
    made_folders: tuple[Path, ...]


class History:
    """The steps, the newest last."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def note(self, step: Step) -> None:
        self._steps.append(step)

    def take_back(self) -> Step:
        """Have the file as it was before the newest step, which is forgotten.

        Raises:
            Refusal: there is none, or the file was changed since. The step stays.
        """
        if not self._steps:
            raise Refusal("There is nothing to undo: nothing was brought in this kernel, or all of it was undone.")
        step = self._steps[-1]
        if atomic_write.read(step.target.path) != step.after:
            raise Refusal(f"{step.target.title} was changed since it was brought there: make the change by hand.")
        if step.before is None:
            atomic_write.remove(step.target.path, list(step.made_folders), expected=step.after)
        else:
            atomic_write.write(step.target.path, step.before, expected=step.after)
        return self._steps.pop()
