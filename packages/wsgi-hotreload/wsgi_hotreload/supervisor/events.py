"""What happens to workers, as the pool returns it."""

from __future__ import annotations

from typing import NamedTuple

from wsgi_hotreload.processes.messages import Message
from wsgi_hotreload.supervisor.handles import State, WorkerHandle


class Said(NamedTuple):
    """A worker has sent a message that is not for the pool."""

    worker: WorkerHandle
    message: Message


class Exited(NamedTuple):
    """A worker has ended, which was in ``state`` for some seconds, with an exit code as ``subprocess`` has it.

    None is not known.
    """

    worker: WorkerHandle
    state: State
    seconds: float
    status: int | None


class Overdue(NamedTuple):
    """A worker is in its state for longer than ``DEADLINES`` has. Reported once."""

    worker: WorkerHandle


Event = Said | Exited | Overdue
