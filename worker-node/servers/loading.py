"""How workers get to the app, which the main process never imports.

So it is small, nothing of the app's is shared between processes, and a start imports the app once.
"""

from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from servers.settings import ServerSettings


@dataclass(frozen=True)
class AppLoader:
    """Called in a worker process, gives its app. The first one reports how that went: see worker.py."""

    settings: ServerSettings
    draining: Connection
    report: Connection | None = None

    def __call__(self) -> Any:  # noqa: ANN401 - a Flask, whose import is the very thing that is put off
        from servers.worker import create_first_worker_app, create_quiet_worker_app

        if self.report:
            return create_first_worker_app(self.settings, self.draining, self.report)
        return create_quiet_worker_app(self.settings, self.draining)
