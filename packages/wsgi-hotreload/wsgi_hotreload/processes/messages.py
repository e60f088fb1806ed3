"""All messages between the supervisor and its processes, each a dataclass, and their one table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar


class UnknownMessageError(Exception):
    """The other end sent what is not in the table, or what this end does not take."""


class Message:
    """Every message is of a subclass, which is in the table by its name."""

    table: ClassVar[dict[str, type[Message]]] = {}

    def __init_subclass__(cls) -> None:
        cls.table[cls.__name__] = cls


# From the supervisor to a process that forks others.


@dataclass(frozen=True)
class Fork(Message):
    """Fork a worker. The descriptor with it is the worker's end of its channel."""

    number: int


@dataclass(frozen=True)
class Import(Message):
    """Import installed modules, in this order, with these environment variables set (None: unset)."""

    names: list[str]
    environment: dict[str, str | None]


@dataclass(frozen=True)
class RegisterDescendant(Message):
    """A live descendant: if its parent dies it is re-parented here, and is no orphan to reap."""

    pid: int


@dataclass(frozen=True)
class ForgetDescendant(Message):
    pid: int


# From such a process.


@dataclass(frozen=True)
class Forked(Message):
    number: int
    pid: int


@dataclass(frozen=True)
class Ended(Message):
    """A worker has ended, with an exit code as ``subprocess`` has it: negative for a signal."""

    number: int
    status: int


@dataclass(frozen=True)
class ImportedAhead(Message):
    """An ``Import`` is done. ``thread_starter`` is the module that has started a thread, if one did."""

    thread_starter: str | None


@dataclass(frozen=True)
class SnapshotReady(Message):
    """The app has read this so far: modules, and other files as in ``watch.fingerprints``. Workers can go on."""

    modules: list[str]
    files: dict[str, str | None]
    folders: dict[str, list[str] | None]


# From the supervisor to a worker.


@dataclass(frozen=True)
class Load(Message):
    """Load the app now. A snapshot is worth while before the first of the ``recent`` files."""

    recent: list[str]


@dataclass(frozen=True)
class Take(Message):
    """Serve a connection, which is the descriptor with it."""

    number: int
    address: list[Any]


@dataclass(frozen=True)
class Retire(Message):
    """Finish the requests that were accepted, and end."""


# From a worker.


@dataclass(frozen=True)
class Taken(Message):
    number: int


@dataclass(frozen=True)
class Loaded(Message):
    """The app is there. Each route is the JSON of a ``status.model.Route``."""

    routes: list[dict[str, Any]]


@dataclass(frozen=True)
class LoadFailed(Message):
    """The fields of a ``loading.Failure``."""

    summary: str
    traceback: str
    is_certain: bool


@dataclass(frozen=True)
class Snapshot(Message):
    """A snapshot was forked before the file ``before`` was run. The descriptor with it is the snapshot's channel."""

    pid: int
    before: str


@dataclass(frozen=True)
class NotForkable(Message):
    """No snapshot was made: the app ``reason`` (a verb with its object) while it is imported."""

    reason: str


@dataclass(frozen=True)
class Imported(Message):
    """The installed modules that loading the app has imported, and the variables that it has set."""

    names: list[str]
    environment: dict[str, str | None]


@dataclass(frozen=True)
class Pin(Message):
    pin: str | None


@dataclass(frozen=True)
class Writing(Message):
    """The app is about to write, rename or remove this path, or all below it."""

    path: str


def encode(message: Message) -> bytes:
    return json.dumps([type(message).__name__, vars(message)]).encode()


def decode(data: bytes) -> Message:
    """The message that ``encode`` made these bytes of.

    Raises:
        UnknownMessageError: it is none of the table, or has other fields.
    """
    name, fields = json.loads(data)
    try:
        return Message.table[name](**fields)
    except (KeyError, TypeError) as error:
        raise UnknownMessageError(f"{name} with {sorted(fields)}") from error
