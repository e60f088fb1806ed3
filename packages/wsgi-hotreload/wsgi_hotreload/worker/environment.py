"""Environment variables that the app sets while it is loaded.

Libraries may look at them when they are imported. So libraries that are imported ahead of time
must see the same ones, and what libraries set by themselves must not be taken for the app's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from wsgi_hotreload.watch.source_tree import SourceTree

# None stands for a variable that was removed.
Changes = dict[str, str | None]

_Environ = type(os.environ)


@contextmanager
def changes_by_app(source: SourceTree) -> Iterator[Changes]:
    """The changes of ``os.environ`` that code below ``source`` makes in this block, as it makes them."""
    changes: Changes = {}
    set_item, delete_item = _Environ.__setitem__, _Environ.__delitem__

    def recording_set(environ: os._Environ[str], name: str, value: str) -> None:
        set_item(environ, name, value)
        if _is_called_by_app(source):
            changes[name] = value

    def recording_delete(environ: os._Environ[str], name: str) -> None:
        delete_item(environ, name)
        if _is_called_by_app(source):
            changes[name] = None

    _Environ.__setitem__, _Environ.__delitem__ = recording_set, recording_delete  # type: ignore[method-assign]
    try:
        yield changes
    finally:
        _Environ.__setitem__, _Environ.__delitem__ = set_item, delete_item  # type: ignore[method-assign]


@contextmanager
def applied(changes: Changes) -> Iterator[None]:
    """Make the app's changes for a block, and take them back; what others change in it stays."""
    original = {name: os.environ.get(name) for name in changes}
    _make(changes)
    try:
        yield
    finally:
        _make(original)


def _make(changes: Changes) -> None:
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _is_called_by_app(source: SourceTree) -> bool:
    """Whether code of the app is at work, and not a library that it just imports."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - whoever called what is recorded
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        if source.owns(Path(frame.f_code.co_filename)):
            return True
        frame = frame.f_back
    return False
