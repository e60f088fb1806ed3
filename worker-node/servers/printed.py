"""What the app prints, as log lines.

Printed as it is, a text and its line break are written one after the other, and land in the middle of other lines.
"""

import io
import logging
import threading

from servers.log_writer import STDOUT

log = logging.getLogger("stdout")


class PrintedLines(io.TextIOBase):
    """Takes the place of ``sys.stdout``: each line is logged, with the id of its request."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._begun = threading.local()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """The real one, for the output of programs that the app starts."""
        return STDOUT

    def write(self, text: str) -> int:
        *lines, self._begun.line = (getattr(self._begun, "line", "") + text).split("\n")
        for line in lines:
            log.info("%s", line)
        return len(text)

    def flush(self) -> None:
        """Log what this thread has begun, too."""
        if getattr(self._begun, "line", ""):
            self.write("\n")
