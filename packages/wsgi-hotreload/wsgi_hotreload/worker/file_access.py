"""Which files the app reads while it is loaded, and which of its source it writes itself."""

import contextlib
import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.installed import INSTALLED
from wsgi_hotreload.processes.messages import Message, Read, Writing
from wsgi_hotreload.watch.fingerprints import FILE, fingerprint, fingerprint_of, kind, listing
from wsgi_hotreload.watch.listed import of_load
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import audit

_WRITES = os.O_WRONLY | os.O_RDWR
# Watched as packages; and what the kernel makes up at each look.
_IGNORED = (*INSTALLED, "/proc/", "/sys/", "/dev/")
# Functions of ``os.path`` that only ask whether something is there.
_EXISTENCE = {function.__code__ for function in (os.path.exists, os.path.isfile, os.path.isdir)}
# Who opens a module's file when an import statement runs it.
_IMPORTING = ("get_data", "get_code", "exec_module")
# Who lists folders to find modules and packages in them.
_FINDING = frozenset(
    {"importlib", "_frozen_importlib_external", "importlib_metadata", "pkg_resources", "pkgutil", "wsgi_hotreload"}
)


class Reads:
    """What this process reads until ``end``, each as it was then, except installed packages and what is imported."""

    def __init__(self) -> None:
        # By absolute path, see ``fingerprints``.
        self.files: dict[str, str | None] = {}
        self.folders: dict[str, list[str] | None] = {}
        # Those of the files that were opened, and not only asked for.
        self._opened: set[str] = set()
        # Those of the folders that were listed for other files than modules.
        self._listed: set[str] = set()
        # What the app itself has changed, or is about to.
        self.written: set[str] = set()
        self._databases: set[str] = set()
        self._is_real: dict[str, bool] = {}
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

    def note(self, name: str) -> None:
        """That a file is read, of which nobody else would know."""
        if self.files.get(name, FILE) == FILE:
            self.files[name] = fingerprint_of(name)

    def is_linked(self, name: str) -> bool:
        """Whether a file has another name, too, by which it may be saved, or its folder has."""
        folder = os.path.dirname(name)  # noqa: PTH120 - of many
        if folder not in self._is_real:
            self._is_real[folder] = os.path.realpath(folder) == folder
        return not self._is_real[folder] or os.path.islink(name)  # noqa: PTH114 - of many

    def names(self, name: str) -> set[str]:
        """This one, and that of the file that it leads to."""
        return {name, os.path.realpath(name)} if self.is_linked(name) else {name}

    def below(self, prefix: str) -> Read:
        """On what the app depends, unless Python imports it: contents of files, and which there are in folders."""
        files = {
            name: fingerprint_of(name) if name in self.written else state
            for name, state in list(self.files.items())  # a request may forget one meanwhile
            if name.startswith(prefix) and not name.endswith(".py") and (name in self._opened or state is None)
        }
        opened = [name for name, state in files.items() if state]
        folders = [folder for folder in list(self._listed) if f"{folder}/".startswith(prefix)]
        known = {folder: {*(self.folders[folder] or ())} for folder in folders}
        for folder, name in map(os.path.split, list(self.written)):
            known.get(folder, set()).add(name)
        return Read(files, dict(of_load(known, opened)))

    def is_listed(self, name: str) -> bool:
        """Whether the app has listed the folder of a file, or one around it."""
        return not self._listed.isdisjoint(map(str, Path(name).parents))

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
                is_existence = sys._getframe(1).f_code in _EXISTENCE  # noqa: SLF001
                found = kind(result) if is_existence else fingerprint(result)
                if self.files.get(name, FILE) == FILE:
                    self.files[name] = found

    def _note_open(self, path: Any, _: str | None, flags: int) -> None:  # noqa: ANN401
        name = _relevant(path)
        if not name or flags & _WRITES or name in self._databases:
            return
        if not _is_import(sys._getframe(2)):  # noqa: SLF001 - who opens it
            for each in self.names(name):
                self._opened.add(each)
                self.note(each)

    def _note_listing(self, path: Any = None, *_: Any) -> None:  # noqa: ANN401
        name = _relevant(path or ".")
        if name and name not in self.folders:
            self.folders[name] = listing(name)
        if name and not _is_finding(sys._getframe(2)):  # noqa: SLF001 - who lists it
            self._listed.add(name)


def announce_writes(channel: Channel, tree: SourceTree, reads: Reads) -> None:
    """Announce each write of the app to a file that is watched, before it happens, and what is a database."""

    def send(message: Message) -> None:
        with contextlib.suppress(OSError):  # there is no supervisor any more
            channel.send(message)

    def announce(path: Any, *, is_folder: bool = False) -> None:  # noqa: ANN401 - whatever is written
        link = _relevant(path)
        for name in reads.names(link) if link else ():
            reads.written.add(name)
            file = Path(name)
            is_code = is_folder or file.suffix == ".py"
            is_read = not is_code and (name in reads.files or reads.is_listed(name))
            if is_read or (tree.owns(file) and (is_code or tree.is_page_file(file))):
                send(Writing(name))

    def announce_rename(source: Any, destination: Any, *folders: int) -> None:  # noqa: ANN401
        if folders == (-1, -1):
            announce(source)
            announce(destination)

    def forget_database(database: Any) -> None:  # noqa: ANN401
        name = audit.sqlite_file(database)
        if name and reads.is_listed(name):
            send(Writing(name))
        if name and reads.forget_database(name):
            send(reads.below(f"{tree.root}/"))

    audit.listen(
        {
            "open": lambda path, _, flags: announce(path) if flags & _WRITES else None,
            "os.rename": announce_rename,
            "os.remove": lambda path, folder: announce(path) if folder == -1 else None,
            "shutil.rmtree": lambda path, *_: announce(path, is_folder=True),
            "sqlite3.connect": forget_database,  # which opens its file without an audit event
        }
    )


def _is_import(frame: FrameType | None) -> bool:
    for name in _IMPORTING:
        if not frame or frame.f_code.co_name != name or not frame.f_code.co_filename.startswith("<frozen importlib"):
            return False
        frame = frame.f_back
    return True


def _is_finding(frame: FrameType | None) -> bool:
    while frame and _package(frame) == "pathlib":
        frame = frame.f_back
    return frame is not None and _package(frame) in _FINDING


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__")).partition(".")[0]


def _relevant(path: Any) -> str | None:  # noqa: ANN401 - whatever may be opened
    """The absolute path, which follows no links, as imports follow none; None for what watchers see to."""
    if isinstance(path, int):
        return None
    name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
    return None if f"{name}/".startswith(_IGNORED) or "__pycache__" in name else name
