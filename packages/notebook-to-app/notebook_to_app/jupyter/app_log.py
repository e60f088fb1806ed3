"""What the app has printed, from the file that the reload server copies it to."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Of a long log, a page first gets the end.
FIRST_BYTES = 100_000


@dataclass(frozen=True)
class LogLines:
    text: str
    # Whether they are the first ones of another file: what was there before is over.
    begins: bool


class LogReader:
    """Reads on in a file that grows, and that is replaced at a start, or when it is long."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inode = 0
        self._offset = 0

    def news(self) -> LogLines | None:
        """The whole lines that were not read before; None if there are none."""
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            status = os.fstat(file.fileno())
            begins = status.st_ino != self._inode or status.st_size < self._offset
            if begins:
                self._inode, self._offset = status.st_ino, 0
                if status.st_size > FIRST_BYTES:
                    file.seek(status.st_size - FIRST_BYTES)
                    file.readline()
                    self._offset = file.tell()
            file.seek(self._offset)
            lines, newline, _ = file.read().rpartition(b"\n")
            self._offset += len(lines + newline)
            text = (lines + newline).decode(errors="replace")
            return LogLines(text, begins) if text or begins else None
        return None
