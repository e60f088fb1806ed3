"""All messages between the supervisor and its processes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, dataclass_transform


class UnknownMessageError(Exception):
    """The other end sent what is not in the table, or what this end does not take."""


@dataclass_transform(frozen_default=True)
class Message:
    """Every subclass is a frozen dataclass, and in the table by its name."""

    table: ClassVar[dict[str, type[Message]]] = {}

    def __init_subclass__(cls) -> None:
        cls.table[cls.__name__] = dataclass(frozen=True)(cls)


# From the supervisor to a process that forks others.


class Fork(Message):
    """Fork a worker. The descriptor with it is the worker's end of its channel."""

    number: int


class Import(Message):
    """Import installed modules, in this order, with these environment variables set (None: unset)."""

    names: list[str]
    environment: dict[str, str | None]


class Keep(Message):
    """Have the code of these modules of the app in memory."""

    files: list[str]


class RegisterDescendant(Message):
    """A live descendant: if its parent dies it is re-parented here, and is no orphan to reap."""

    pid: int


class ForgetDescendant(Message):
    pid: int


# From such a process.


class Forked(Message):
    number: int
    pid: int


class Ended(Message):
    """A worker has ended, with an exit code as ``subprocess`` has it: negative for a signal."""

    number: int
    status: int


class ImportedAhead(Message):
    """An ``Import`` is done. ``thread_starter`` is the module that has started a thread, if one did."""

    thread_starter: str | None


class SnapshotReady(Message):
    """The app has read this so far: modules, and other files as in ``watch.fingerprints``. Workers can go on."""

    modules: list[str]
    files: dict[str, str | None]
    folders: dict[str, list[str] | None]


# From the supervisor to a worker.


class Load(Message):
    """Load the app now. A snapshot is worth while before the first of the ``recent`` files."""

    recent: list[str]


class RunRole(Message):
    """Run this command instead of the app."""

    command: str


class Swap(Message):
    """Exchange the code of these edited files, and serve."""

    files: list[str]


class Live(Message):
    """From now on connections come, for this generation."""

    generation: int


class Take(Message):
    """Serve a connection, which is the descriptor with it."""

    number: int
    address: list[Any]


class Retire(Message):
    """Finish the requests that were accepted, and end."""


# From a worker.


class Taken(Message):
    number: int


class Loaded(Message):
    """The app is there. Each route is the JSON of a ``status.model.Route``."""

    routes: list[dict[str, Any]]


class LoadFailed(Message):
    """The fields of a ``loading.Failure``."""

    summary: str
    traceback: str
    is_certain: bool


class RoleFailed(Message):
    """The command of a role has raised an exception, in one line and with its traceback."""

    summary: str
    traceback: str


class Snapshot(Message):
    """A snapshot was forked before the file ``before`` was run, or else of the loaded app.

    The descriptor with it is the snapshot's channel.
    """

    pid: int
    before: str | None


class NotForkable(Message):
    """No snapshot was made: the app ``reason`` (a verb with its object) while it is loaded, at the line ``where``."""

    reason: str
    where: str
    # Whether it was to be one of the loaded app, and not in mid-load.
    is_loaded: bool


class NotSwappable(Message):
    """No snapshot of the loaded app was made, or code could not be exchanged there: see ``NotSwappableError``."""

    reason: str
    where: str


class Read(Message):
    """Files below the source that loading the app has opened, or missed, with their fingerprints.

    Once more when one of them turns out to be a database.
    """

    files: dict[str, str | None]


class Imported(Message):
    """What loading the app has done beside: modules imported, environment variables set, libraries patched.

    ``names`` are those of installed modules, ``files`` those that the app's own were loaded from.
    ``is_patched_between``: it has imported libraries after it had patched others.
    """

    names: list[str]
    files: list[str]
    environment: dict[str, str | None]
    patches: list[str]
    is_patched_between: bool


class Pin(Message):
    pin: str | None


class Closed(Message):
    """Connections that have no end of their own were closed by a worker that retires: how many of which kind."""

    kinds: dict[str, int]


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
