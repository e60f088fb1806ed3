"""At which line the app makes what a fork must not duplicate, for the log to name it."""

import atexit
import contextlib
import os
import sys
import weakref
from collections.abc import Iterable, Iterator
from itertools import takewhile
from traceback import walk_stack
from typing import Any

from wsgi_hotreload.processes.installed import INSTALLED
from wsgi_hotreload.worker import audit
from wsgi_hotreload.worker.bytecode import stat


class Origins:
    """Notes until ``end``. A line is given as ``routes/orders.py, line 12``, or as nothing if none is known."""

    def __init__(self, prefix: str) -> None:
        """``prefix`` is that of the paths of the app's files."""
        self.process = self.thread = self.memory = self.exit_function = ""
        # How many functions to call at exit libraries have registered when they were imported, as they do ahead.
        self.exit_functions_of_imports = 0
        self._prefix = prefix
        self._files: dict[str, str] = {}
        self._databases: dict[str, set[str]] = {}
        self._sockets: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
        self._register = atexit.register
        atexit.register = self._noting_register  # type: ignore[assignment] # it raises no audit event
        self._listeners: dict[str, audit.Listener] = {
            "open": self._note_open,
            "sqlite3.connect": self._note_database,
            "socket.__new__": self._note_socket,
            "_thread.start_new_thread": lambda *_: self._note("thread"),
            "_thread.start_joinable_thread": lambda *_: self._note("thread"),
            "subprocess.Popen": lambda *_: self._note("process"),
            "os.fork": lambda *_: self._note("process"),
            "os.posix_spawn": lambda *_: self._note("process"),
            "mmap.__new__": lambda *_: self._note("memory"),
            "tempfile.mkdtemp": lambda *_: self._note("exit_function"),
        }
        audit.listen(self._listeners)

    def end(self) -> None:
        atexit.register = self._register
        audit.stop_listening(self._listeners)

    def is_opened_by_python(self, descriptor: int) -> bool:
        return any(_names_of(descriptor, self._files))

    def of_file(self, descriptor: int) -> str:
        """All lines that have opened it, if several have, as connections to a database."""
        lines = {name: {line} for name, line in self._files.items()} | self._databases
        found = {line for name in _names_of(descriptor, lines) for line in lines[name]}
        return " or ".join(sorted(found - {""}))

    def of_socket(self, descriptor: int) -> str:
        return next((line for opened, line in self._sockets.items() if opened.fileno() == descriptor), "")

    def _note(self, kind: str) -> None:
        if line := self._line():
            setattr(self, kind, line)

    def _note_open(self, path: Any, *_: Any) -> None:  # noqa: ANN401 - whatever may be opened
        if not isinstance(path, int) and not (name := os.fsdecode(path)).endswith(".pyc"):
            self._files[os.path.abspath(name)] = self._line()  # noqa: PTH100 - links are followed later

    def _note_database(self, path: Any) -> None:  # noqa: ANN401
        if name := audit.sqlite_file(path):
            self._databases.setdefault(name, set()).add(self._line())

    def _note_socket(self, new: Any, *_: Any) -> None:  # noqa: ANN401
        with contextlib.suppress(TypeError):  # one of ``_socket``
            self._sockets[new] = self._line()

    def _noting_register(self, function: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        if self._is_import():
            self.exit_functions_of_imports += 1
        else:
            self._note("exit_function")
        return self._register(function, *arguments, **named)

    def _is_import(self) -> bool:
        """Whether a library is at work that is being imported, and no code of the app that it may have called."""
        files = (frame.f_code.co_filename for frame, _ in walk_stack(sys._getframe(2)))  # noqa: SLF001 - who registers
        of_no_app = takewhile(lambda file: not file.startswith(self._prefix), files)
        return any(file.startswith("<frozen importlib") for file in of_no_app)

    def _line(self) -> str:
        for frame, line in walk_stack(sys._getframe(2)):  # noqa: SLF001 - beyond this class
            name = frame.f_code.co_filename
            if name.startswith(self._prefix) and not name.startswith(INSTALLED):
                return f"{name.removeprefix(self._prefix)}, line {line}"
        return ""


def _names_of(descriptor: int, names: Iterable[str]) -> Iterator[str]:
    """Those of the names that are of the open file."""
    file = os.fstat(descriptor)
    for name in names:
        with contextlib.suppress(OSError):
            if os.path.samestat(stat(name), file):
                yield name
