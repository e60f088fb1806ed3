"""All messages between the supervisor and its processes."""

import json
from typing import Any, NamedTuple, get_args


class UnknownMessageError(Exception):
    """The other end sent what is not in the table, or what this end does not take."""


# From the supervisor to a process that forks others.


class Fork(NamedTuple):
    """Fork a worker. The descriptor with it is the worker's end of its channel."""

    number: int


class Import(NamedTuple):
    """Import installed modules, in this order, with these environment variables set (None: unset)."""

    names: list[str]
    environment: dict[str, str | None]


class Keep(NamedTuple):
    """Have the code of these modules of the app in memory."""

    files: list[str]


class RegisterDescendant(NamedTuple):
    """A live descendant: if its parent dies it is re-parented here, and is no orphan to reap."""

    pid: int


class ForgetDescendant(NamedTuple):
    pid: int


# From such a process.


class Forked(NamedTuple):
    number: int
    pid: int


class Ended(NamedTuple):
    """A worker has ended, with an exit code as ``subprocess`` has it: negative for a signal."""

    number: int
    status: int


class ImportedAhead(NamedTuple):
    """An ``Import`` is done. ``thread_starter`` is the module that has started a thread, if one did."""

    thread_starter: str | None


class SnapshotReady(NamedTuple):
    """The app has read this so far: modules, and other files as in ``watch.fingerprints``. Workers can go on."""

    modules: list[str]
    files: dict[str, str | None]
    folders: dict[str, list[str] | None]


# From the supervisor to a worker.


class Load(NamedTuple):
    """Load the app now. A snapshot is worth while before the first of the ``recent`` files."""

    recent: list[str]


class RunRole(NamedTuple):
    """Run this command instead of the app."""

    command: str


class Swap(NamedTuple):
    """Exchange the code of these edited files, and serve."""

    files: list[str]


class Live(NamedTuple):
    """From now on connections come, for this generation."""

    generation: int


class Take(NamedTuple):
    """Serve a connection, which is the descriptor with it."""

    number: int
    address: list[Any]


class Retire(NamedTuple):
    """Finish the requests that were accepted, and end."""


# From a worker.


class Taken(NamedTuple):
    number: int


class Loaded(NamedTuple):
    """The app is there. Each route is the JSON of a ``status.model.Route``."""

    routes: list[dict[str, Any]]


class LoadFailed(NamedTuple):
    """The fields of a ``loading.Failure``."""

    summary: str
    traceback: str
    is_certain: bool


class RoleFailed(NamedTuple):
    """The command of a role has raised an exception, in one line and with its traceback."""

    summary: str
    traceback: str


class Snapshot(NamedTuple):
    """A snapshot was forked before the file ``before`` was run, or else of the loaded app.

    The descriptor with it is the snapshot's channel.
    """

    pid: int
    before: str | None


class NotForkable(NamedTuple):
    """No snapshot was made: the app ``reason`` (a verb with its object) while it is loaded, at the line ``where``."""

    reason: str
    where: str
    # Whether it was to be one of the loaded app, and not in mid-load.
    is_loaded: bool


class NotSwappable(NamedTuple):
    """No snapshot of the loaded app was made, or code could not be exchanged there: see ``NotSwappableError``."""

    reason: str
    where: str


class Read(NamedTuple):
    """What loading the app has read below the source: files opened or missed, with fingerprints, and folders listed.

    The latter with the fields of a ``watch.listed.Listed``. Once more when one of the files turns out to be a database.
    """

    files: dict[str, str | None]
    listed: dict[str, Any]


class Imported(NamedTuple):
    """What loading the app has done beside: modules imported, environment variables set, libraries patched.

    ``names`` are those of installed modules, ``files`` those that the app's own were loaded from.
    ``is_patched_between``: it has imported libraries after it had patched others.
    """

    names: list[str]
    files: list[str]
    environment: dict[str, str | None]
    patches: list[str]
    is_patched_between: bool


class Pin(NamedTuple):
    pin: str | None


class Closed(NamedTuple):
    """Connections that have no end of their own were closed by a worker that retires: how many of which kind."""

    kinds: dict[str, int]


class Writing(NamedTuple):
    """The app is about to write, rename or remove this path, or all below it."""

    path: str


ToForkServer = Fork | Import | Keep | RegisterDescendant | ForgetDescendant
FromForkServer = Forked | Ended | ImportedAhead | SnapshotReady
ToWorker = Load | RunRole | Swap | Live | Take | Retire
FromLoad = Loaded | LoadFailed | Read | Imported | Snapshot | NotForkable | NotSwappable | Writing
FromWorker = FromLoad | RoleFailed | Taken | Pin | Closed
Message = ToForkServer | FromForkServer | ToWorker | FromWorker
_BY_NAME: dict[str, type[Message]] = {kind.__name__: kind for kind in get_args(Message)}


def encode(message: Message) -> bytes:
    return json.dumps([type(message).__name__, message._asdict()]).encode()


def decode(data: bytes) -> Message:
    """The message that ``encode`` made these bytes of.

    Raises:
        UnknownMessageError: it is none of the table, or has other fields.
    """
    name, fields = json.loads(data)
    try:
        return _BY_NAME[name](**fields)
    except (KeyError, TypeError) as error:
        raise UnknownMessageError(f"{name} with {sorted(fields)}") from error
