"""What the saves so far tell of the next one."""

from collections import deque
from pathlib import Path

from wsgi_hotreload.source_tree import python_files

# Who edits one file mostly goes on with it, or with one of a few others.
RECENT_SAVES = 5
# More than that at once are no edits, but a checkout, or a tool at work.
MOST_FILES = 20


class Saves:
    def __init__(self, source: Path) -> None:
        self._source = source
        self._files = python_files(source)
        self._recent: deque[set[Path]] = deque(maxlen=RECENT_SAVES)

    def note(self, changed: set[Path]) -> bool:
        """Take a save in. Returns whether it edited files only: none was made, moved, or removed."""
        if 0 < len(changed) <= MOST_FILES:
            self._recent.append(changed)
        is_edit = all(path in self._files and path.is_file() for path in changed)
        if any(path.suffix != ".py" for path in changed):  # a folder, with all that is in it
            self._files = python_files(self._source)
        elif not is_edit:
            there = {path for path in changed if path.is_file()}
            self._files = self._files - changed | there
        return is_edit

    @property
    def recent(self) -> list[str]:
        """The files of the last saves."""
        return sorted({str(path) for save in self._recent for path in save})
