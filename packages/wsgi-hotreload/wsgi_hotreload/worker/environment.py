"""Environment variables that the app sets while it is loaded.

Libraries may look at them when they are imported. So libraries that are imported ahead of time
must see the same ones, and what libraries set by themselves must not be taken for the app's.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from traceback import walk_stack

from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import audit

# What sets a variable for Python too, and not, as ``os.putenv``, for programs in C alone.
_SETTING = (type(os.environ).__setitem__.__code__, type(os.environ).__delitem__.__code__)
# None stands for a variable that was removed.
Changes = dict[str, str | None]


@contextmanager
def changes_by_app(source: SourceTree) -> Iterator[Changes]:
    """The changes of ``os.environ`` that code below ``source`` makes in this block, as it makes them."""
    changes: Changes = {}

    def note(name: bytes, value: bytes | None = None) -> None:
        if sys._getframe(2).f_code in _SETTING and _is_called_by_app(source):  # noqa: SLF001 - below the hook
            changes[os.fsdecode(name)] = None if value is None else os.fsdecode(value)

    listeners: dict[str, audit.Listener] = {"os.putenv": note, "os.unsetenv": note}
    audit.listen(listeners)
    try:
        yield changes
    finally:
        audit.stop_listening(listeners)


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
    files = (frame.f_code.co_filename for frame, _ in walk_stack(sys._getframe(3)))  # noqa: SLF001 - below the hook
    of_no_import = takewhile(lambda file: not file.startswith("<frozen importlib"), files)
    return any(source.owns(Path(file)) for file in of_no_import)
