"""Listen to audit events (https://docs.python.org/3/library/audit_events.html).

C code raises them too, and binding ``open`` to another name does not avoid them.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

Listener = Callable[..., object]

_listeners: dict[str, list[Listener]] = {}
_thread = threading.local()


def install() -> None:
    """Deliver events in this process, and in those that are forked from it. Cannot be undone."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        listeners = _listeners.get(event)
        if listeners and not getattr(_thread, "is_unheard", False):  # what a listener does raises events, too
            with unheard():
                for listener in listeners:
                    listener(*arguments)

    sys.addaudithook(hook)


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """What this thread does meanwhile is not the app's."""
    _thread.is_unheard = True
    try:
        yield
    finally:
        _thread.is_unheard = False


def listen(listeners: dict[str, Listener]) -> None:
    """Call each with the arguments of its event, two frames above the code that raised the event."""
    for event, listener in listeners.items():
        _listeners[event] = [*_listeners.get(event, ()), listener]


def stop_listening(listeners: dict[str, Listener]) -> None:
    for event, listener in listeners.items():
        _listeners[event] = [other for other in _listeners.get(event, ()) if other != listener]


def sqlite_file(database: Any) -> str | None:  # noqa: ANN401 - whatever an app connects to
    """The file that ``sqlite3.connect``, whose argument this is, will open; None if it will refuse."""
    if not isinstance(database, str | bytes | os.PathLike):
        return None
    return os.path.abspath(os.fsdecode(database).removeprefix("file:").partition("?")[0])  # noqa: PTH100 - as it is named
