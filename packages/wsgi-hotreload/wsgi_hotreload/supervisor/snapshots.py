"""The supervisor's handles of snapshots, and what they are good for: see ``worker/snapshot.py``."""

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from wsgi_hotreload.processes import messages
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.supervisor.edit_history import MOST_FILES
from wsgi_hotreload.supervisor.handles import ForkServerHandle
from wsgi_hotreload.watch.fingerprints import first_changed

# Which time.
MENTIONED_AT = 2

log = logging.getLogger("wsgi_hotreload")


class SnapshotHandle(ForkServerHandle):
    """A process that has loaded the app, or a part of it."""

    def __init__(self, channel: Channel, before: str | None, parent: ForkServerHandle) -> None:
        super().__init__(channel, (parent, *parent.ancestors))
        # The file of the module that comes next; None if the app is loaded.
        self.before = before
        # What it has read, once it is ready.
        self.reads: messages.SnapshotReady | None = None
        # The files that were edited since its load began.
        self.edited: set[Path] = set()

    def is_right_before(self, recent: list[str]) -> bool:
        """Whether workers can load what is left, and are likely to once more."""
        return (
            self.reads is not None
            and self.before in recent
            and set(map(str, self.edited)).isdisjoint(self.reads.modules)  # a thousand paths take milliseconds
            and first_changed(self.reads.files, self.reads.folders) is None
        )


class Snapshots:
    """The newest ones: at most one in mid-load, and one of the loaded app."""

    def __init__(self) -> None:
        self.in_mid_load: SnapshotHandle | None = None
        self.loaded: SnapshotHandle | None = None
        # Why the app that was loaded last is not the latter. Known soon after it is live.
        self._obstacle = "the app was loaded a moment ago"
        # How often the app did what keeps it from being copied.
        self._hazards: Counter[str] = Counter()

    def __iter__(self) -> Iterator[SnapshotHandle]:
        return (snapshot for snapshot in (self.in_mid_load, self.loaded) if snapshot)

    def put(self, new: SnapshotHandle) -> SnapshotHandle | None:
        """Have it be the newest of its kind, and return the one before."""
        if new.before is None:
            self.loaded, old = new, self.loaded
        else:
            self.in_mid_load, old = new, self.in_mid_load
        return old

    def remove(self, snapshot: SnapshotHandle) -> None:
        if snapshot is self.loaded:
            self.loaded = None
        elif snapshot is self.in_mid_load:
            self.in_mid_load = None

    def why_not_swap(self) -> str | None:
        """Why workers cannot be what is loaded, but for the code of edited files; None if they may."""
        if self.loaded and len(self.loaded.edited) > MOST_FILES:
            return "too many files were edited since the app was loaded"
        return None if self.loaded else self._obstacle

    def refused(self, refusal: messages.NotForkable | messages.NotSwappable) -> None:
        """Note why there is none, and log it once.

        Not the first time: what libraries do when they are imported is done ahead from the next load on.
        """
        if isinstance(refusal, messages.NotSwappable):
            self._obstacle = refusal.reason
            return
        if refusal.is_loaded:
            self._obstacle = f"the app {refusal.reason} while it is loaded"
        self._hazards[refusal.reason] += 1
        if self._hazards[refusal.reason] == MENTIONED_AT:
            where = f" ({refusal.where})" if refusal.where else ""
            log.info("All of the app is imported at each save, as it %s%s while it is imported.", refusal.reason, where)
