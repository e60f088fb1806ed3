"""Which files the app reads while it is loaded, and which of its source it writes itself."""

from __future__ import annotations

import contextlib
import genericpath
import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.installed import INSTALLED
from wsgi_hotreload.processes.messages import Message, Read, Writing
from wsgi_hotreload.watch.fingerprints import FILE, fingerprint, fingerprint_of, kind, listing
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import audit

_WRITES = os.O_WRONLY | os.O_RDWR
# Watched as packages; and what the kernel makes up at each look.
_IGNORED = (*INSTALLED, "/proc/", "/sys/", "/dev/")
# Functions of ``os.path`` that only ask whether something is there.
_EXISTENCE = ("exists", "isfile", "isdir")
# Who opens a module's file when an import statement runs it.
_IMPORTING = ("get_data", "get_code", "exec_module")


class Reads:
    """What this process reads until ``end``, each as it was then, except installed packages and what is imported."""

    def __init__(self) -> None:
        # By absolute path, see ``fingerprints``.
        self.files: dict[str, str | None] = {}
        self.folders: dict[str, list[str] | None] = {}
        # Those of the files that were opened, and not only asked for.
        self._opened: set[str] = set()
        self._written: set[str] = set()
        self._databases: set[str] = set()
        self._stat = os.stat
        for functions in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            functions.add(self._noting_stat)
        os.stat = self._noting_stat  # whether a file exists is asked without an audit event
        self._listeners: dict[str, audit.Listener] = {
            "open": self._note_open,
            "os.listdir": self._note_listing,
            "os.scandir": self._note_listing,
        }
        audit.listen(self._listeners)

    def end(self) -> None:
        os.stat = self._stat
        audit.stop_listening(self._listeners)

    def below(self, prefix: str) -> dict[str, str | None]:
        """The files, and those that do not exist, on whose contents the app depends, unless Python imports them."""
        return {
            name: fingerprint_of(name) if name in self._written else state
            for name, state in list(self.files.items())  # a request may forget one meanwhile
            if name.startswith(prefix) and not name.endswith(".py") and (name in self._opened or state is None)
        }

    def note_write(self, name: str) -> None:
        """The app itself is about to change it."""
        self._written.add(name)

    def forget_database(self, name: str) -> bool:
        """What is in a database is data and no source. Returns whether its file had been taken for that."""
        self._databases.add(name)
        return self.files.pop(name, FILE) != FILE

    def _noting_stat(self, path: Any, *arguments: Any, **named: Any) -> os.stat_result:  # noqa: ANN401
        result = None
        try:
            result = self._stat(path, *arguments, **named)
            return result
        finally:
            if named.get("dir_fd") is None and (name := _relevant(path)) and name not in self._databases:
                found = kind(result) if _is_existence(sys._getframe(1)) else fingerprint(result)  # noqa: SLF001
                if self.files.get(name, FILE) == FILE:
                    self.files[name] = found

    def _note_open(self, path: Any, _: str | None, flags: int) -> None:  # noqa: ANN401
        name = _relevant(path)
        if not name or flags & _WRITES or _is_import(sys._getframe(2)):  # noqa: SLF001 - who opens it
            return
        if name in self._databases:
            return
        self._opened.add(name)
        if self.files.get(name, FILE) != FILE:
            return
        result = None
        with contextlib.suppress(OSError):
            result = self._stat(name)
        self.files[name] = fingerprint(result)

    def _note_listing(self, path: Any = None, *_: Any) -> None:  # noqa: ANN401
        name = _relevant(path or ".")
        if name and name not in self.folders:
            self.folders[name] = listing(name)


class OwnWrites:
    """Announces each write of the app to a file that is watched, before it happens, and what is a database."""

    def __init__(self, channel: Channel, tree: SourceTree, reads: Reads) -> None:
        self._channel = channel
        self._tree = tree
        self._reads = reads
        audit.listen(
            {
                "open": lambda path, _, flags: self._announce(path) if flags & _WRITES else None,
                "os.rename": self._renamed,
                "os.remove": lambda path, folder: self._announce(path) if folder == -1 else None,
                "shutil.rmtree": lambda path, *_: self._announce(path, is_folder=True),
                "sqlite3.connect": self._connecting,  # which opens its file without an audit event
            }
        )

    def _renamed(self, source: Any, destination: Any, *folders: int) -> None:  # noqa: ANN401
        if folders == (-1, -1):
            self._announce(source)
            self._announce(destination)

    def _connecting(self, database: Any) -> None:  # noqa: ANN401
        name = audit.sqlite_file(database)
        if name and self._reads.forget_database(name):
            self._send(Read(self._reads.below(f"{self._tree.root}/")))

    def _announce(self, path: Any, *, is_folder: bool = False) -> None:  # noqa: ANN401
        name = _relevant(path)
        if not name:
            return
        self._reads.note_write(name)
        if self._is_watched(name, is_folder=is_folder):
            self._send(Writing(name))

    def _send(self, message: Message) -> None:
        with contextlib.suppress(OSError):  # there is no supervisor any more
            self._channel.send(message)

    def _is_watched(self, name: str, *, is_folder: bool) -> bool:
        path = Path(name)
        if is_folder or path.suffix == ".py":
            return self._tree.owns(path)
        return name in self._reads.files or (self._tree.owns(path) and self._tree.is_page_file(path))


def _is_existence(frame: FrameType) -> bool:
    return frame.f_globals is vars(genericpath) and frame.f_code.co_name in _EXISTENCE


def _is_import(frame: FrameType | None) -> bool:
    for name in _IMPORTING:
        if not frame or frame.f_code.co_name != name or not frame.f_code.co_filename.startswith("<frozen importlib"):
            return False
        frame = frame.f_back
    return True


def _relevant(path: Any) -> str | None:  # noqa: ANN401 - whatever may be opened
    """The absolute path, which follows no links, as imports follow none; None for what watchers see to."""
    if isinstance(path, int):
        return None
    name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
    return None if f"{name}/".startswith(_IGNORED) or "__pycache__" in name else name
