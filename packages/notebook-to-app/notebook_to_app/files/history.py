"""What was brought, to be taken back step by step: kept in files, so that it outlives the kernel."""

import base64
import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.core.three_way import merge_three
from notebook_to_app.files import atomic_write
from notebook_to_app.files.changes import Change, apply

# Older ones are forgotten.
KEPT_STEPS = 500


@dataclass(frozen=True)
class Step:
    """What one bring has changed."""

    changes: tuple[Change, ...]
    made_folders: tuple[Path, ...] = ()


class History:
    """The steps of all notebooks, one file each."""

    def __init__(self, folder: Path, notebook: str) -> None:
        self._folder = folder
        self._notebook = notebook

    def note(self, step: Step) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        record = {
            "notebook": self._notebook,
            "changes": [[change.title, _encoded(change.before), _encoded(change.after)] for change in step.changes],
            "made_folders": [str(folder) for folder in step.made_folders],
        }
        name = f"{time.time_ns():020}-{secrets.token_hex(2)}.json"
        atomic_write.write(self._folder / name, json.dumps(record).encode(), expected=None)
        for old in sorted(self._folder.glob("*.json"))[:-KEPT_STEPS]:
            old.unlink(missing_ok=True)

    def take_back(self, title: str | None = None) -> list[Change]:
        """Have files as they were before this notebook's newest step, or before the newest that changed one file.

        What was changed elsewhere in a file since stays. Returns what was changed; the step is forgotten.

        Raises:
            Refusal: there is none, or the same lines were changed since. Nothing was written, and the step stays.
        """
        for path, notebook, step in self._newest_first():
            titles = [change.title for change in step.changes]
            if title in titles or (title is None and notebook == self._notebook):
                undone = [self._inverse(change) for change in step.changes]
                apply(undone, step.made_folders)
                path.unlink(missing_ok=True)
                return undone
        if title:
            raise Refusal(f"There is nothing to undo in {title}: nothing was brought there, or all of it was undone.")
        raise Refusal("There is nothing to undo: nothing was brought in this notebook, or all of it was undone.")

    def newest(self, title: str) -> bytes | None:
        """What a file had after the newest step that changed it."""
        changes = (change for _, _, step in self._newest_first() for change in step.changes)
        return next((change.after for change in changes if change.title == title), None)

    def _newest_first(self) -> Iterator[tuple[Path, str, Step]]:
        for path in sorted(self._folder.glob("*.json"), reverse=True):
            with contextlib.suppress(OSError, ValueError, KeyError):  # one that somebody else has just taken back
                record = json.loads(path.read_bytes())
                changes = [Change(title, _decoded(one), _decoded(two)) for title, one, two in record["changes"]]
                yield path, record["notebook"], Step(tuple(changes), tuple(map(Path, record["made_folders"])))

    def _inverse(self, change: Change) -> Change:
        now = atomic_write.read(change.target.path)
        if now == change.after:
            return Change(change.title, now, change.before)
        merged = merge_three(change.after or b"", change.before or b"", now or b"")
        if merged is None or (change.before is None and merged.strip()) or not _compiles(change.title, merged):
            raise Refusal(
                f"{change.title} was changed since in the same place: make the change by hand, "
                "or name another file, as in `%bring --undo functions.text`."
            )
        return Change(change.title, now, merged if change.before is not None else None)


def default_folder() -> Path:
    """Where the image keeps what outlives a container, or else what is a user's own."""
    state = os.environ.get("STATE_DIRECTORY") or Path.home() / ".local/state/notebook-to-app"
    return Path(state) / "bring-history"


def notebook_name() -> str:
    """The notebook of this kernel, as Jupyter names it."""
    return os.environ.get("JPY_SESSION_NAME", "")


def _compiles(title: str, data: bytes) -> bool:
    if not title.endswith(".py"):
        return True
    try:
        compile(data, title, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _encoded(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _decoded(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
