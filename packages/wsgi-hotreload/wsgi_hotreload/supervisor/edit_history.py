"""Which files were edited lately, and so are likely to be edited next."""

from collections import deque
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path

from wsgi_hotreload.watch.source_tree import SourceTree

# People mostly keep editing the same few files.
RECENT_SAVES = 5
# More than that at once is a checkout, or a tool at work.
MOST_FILES = 20


class EditHistory:
    """The Python files of the source, and which of them were edited lately."""

    def __init__(self, source: SourceTree) -> None:
        self._source = source
        self._files = source.files(".py")
        self._recent: deque[set[Path]] = deque(maxlen=RECENT_SAVES)

    def resolve(self, changed: AbstractSet[Path], read: AbstractSet[Path]) -> set[Path]:
        """The Python files, and those that the app has read, among changed paths, or below a folder among these.

        A folder without any, such as one for uploads, is nothing that the app is loaded from.
        """
        found = {path for path in changed if path in read or (path.suffix == ".py" and not path.is_dir())}
        if folders := changed - found:
            candidates = (self._files ^ self._source.files(".py")) | read
            found |= {path for path in candidates if any(map(path.is_relative_to, folders))}
        return found

    def page_files(self, changed: Iterable[Path]) -> set[Path]:
        """Those among changed paths that only requests read."""
        return {path for path in changed if self._source.is_page_file(path) and not path.is_dir()}

    def note(self, changed: set[Path]) -> bool:
        """Record changed files. Returns whether all were edits: no Python file was created, moved or removed."""
        changed = {path for path in changed if path.suffix == ".py"}
        if 0 < len(changed) <= MOST_FILES:
            self._recent.append(changed)
        there = {path for path in changed if path.is_file()}
        is_edit = there == changed and changed <= self._files
        self._files = self._files - changed | there
        return is_edit

    @property
    def recent(self) -> list[str]:
        """The files of the last saves."""
        return sorted({str(path) for save in self._recent for path in save})
