"""What happens to workers, as the pool returns it."""

from __future__ import annotations

from dataclasses import dataclass

from wsgi_hotreload.processes.messages import Message
from wsgi_hotreload.supervisor.handles import State, WorkerHandle


@dataclass(frozen=True)
class Said:
    """A worker has sent a message that is not for the pool."""

    worker: WorkerHandle
    message: Message


@dataclass(frozen=True)
class Exited:
    """A worker has ended, which was in ``state`` for some seconds, with an exit code as ``subprocess`` has it.

    None is not known.
    """

    worker: WorkerHandle
    state: State
    seconds: float
    status: int | None


@dataclass(frozen=True)
class Overdue:
    """A worker is in its state for longer than ``DEADLINES`` has. Reported once."""

    worker: WorkerHandle


Event = Said | Exited | Overdue
