"""What the app itself writes is not a save: otherwise it would reload for ever, or at each request."""

import logging
import time
from collections.abc import Iterable
from pathlib import Path

log = logging.getLogger("wsgi_hotreload")

# From the moment before the app writes to the moment that its change is noticed, by polling too.
NOTICE_SECONDS = 1.0


class OwnWrites:
    def __init__(self) -> None:
        self._announced: dict[Path, float] = {}
        self._reported: set[Path] = set()

    def announce(self, path: Path) -> None:
        """The app is about to write here, or below."""
        self._announced[path] = time.monotonic()

    def among(self, changed: Iterable[Path]) -> set[Path]:
        """Those of the changed files that the app has written. Says so in the log, once for each folder."""
        oldest = time.monotonic() - NOTICE_SECONDS
        self._announced = {path: at for path, at in self._announced.items() if at > oldest}
        own = {path for path in changed if not self._announced.keys().isdisjoint((path, *path.parents))}
        for path in sorted(own):
            if path.parent not in self._reported:
                self._reported.add(path.parent)
                log.info("%s was written by the app itself: not a save, so no reload.", path)
        return own
