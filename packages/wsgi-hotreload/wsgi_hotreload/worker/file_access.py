"""Which files the app reads while it is loaded, and which of its source it writes itself.

Both come from Python's audit events (https://docs.python.org/3/library/audit_events.html): C code raises them too, and
nobody misses them who has bound ``open`` to another name.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.installed import INSTALLED
from wsgi_hotreload.processes.messages import Writing
from wsgi_hotreload.watch.fingerprints import fingerprint, listing
from wsgi_hotreload.watch.source_tree import SourceTree

_WRITES = os.O_WRONLY | os.O_RDWR
# Watched as packages; and what the kernel makes up at each look.
_IGNORED = (*INSTALLED, "/proc/", "/sys/", "/dev/")
_EVENTS = frozenset({"open", "os.listdir", "os.scandir", "os.rename", "os.remove", "shutil.rmtree"})
_listeners: list[Callable[[str, tuple[Any, ...]], None]] = []


def install() -> None:
    """Let listeners of this process, and of those that are forked from it, hear of audit events. Cannot be undone."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if _listeners and event in _EVENTS:
            for listener in _listeners:
                listener(event, arguments)

    sys.addaudithook(hook)


class Reads:
    """What this process reads until ``end``, each as it was then, without bytecode and installed packages."""

    def __init__(self) -> None:
        # By absolute path, see ``fingerprints``.
        self.files: dict[str, str | None] = {}
        self.folders: dict[str, list[str] | None] = {}
        self._stat = os.stat
        for functions in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            functions.add(self._noting_stat)
        os.stat = self._noting_stat  # whether a file exists is asked without an audit event
        _listeners.append(self._hear)

    def end(self) -> None:
        if self._hear in _listeners:
            os.stat = self._stat
            _listeners.remove(self._hear)

    def _noting_stat(self, path: Any, *arguments: Any, **named: Any) -> os.stat_result:  # noqa: ANN401
        result = None
        try:
            result = self._stat(path, *arguments, **named)
            return result
        finally:
            if named.get("dir_fd") is None and (name := _relevant(path)):
                self.files.setdefault(name, fingerprint(result))

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        name = _relevant(arguments[0] or ".")
        if not name:
            return
        if event == "open" and not arguments[2] & _WRITES and name not in self.files:
            result = None
            with contextlib.suppress(OSError):
                result = self._stat(name)
            self.files[name] = fingerprint(result)
        elif event in ("os.listdir", "os.scandir") and name not in self.folders:
            self.folders[name] = None  # listing it comes here again
            self.folders[name] = listing(name)


class OwnWrites:
    """Announces each write of the app to a Python file of its own source, before it happens."""

    def __init__(self, channel: Channel, tree: SourceTree) -> None:
        self._channel = channel
        self._tree = tree
        _listeners.append(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        match event, arguments:
            case "open", (path, _, flags) if flags & _WRITES:
                self._announce(path)
            case "os.rename", (source, destination, -1, -1):
                self._announce(source)
                self._announce(destination)
            case "os.remove", (path, -1):
                self._announce(path)
            case "shutil.rmtree", (path, *_):
                self._announce(path, is_folder=True)

    def _announce(self, path: Any, *, is_folder: bool = False) -> None:  # noqa: ANN401
        name = _relevant(path)
        if name and (is_folder or name.endswith(".py")) and self._tree.owns(Path(name)):
            with contextlib.suppress(OSError):  # there is no supervisor any more
                self._channel.send(Writing(name))


def _relevant(path: Any) -> str | None:  # noqa: ANN401 - whatever may be opened
    """The absolute path, which follows no links, as imports follow none; None for what watchers see to."""
    if isinstance(path, int):
        return None
    name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
    return None if name.startswith(_IGNORED) or "__pycache__" in name else name
