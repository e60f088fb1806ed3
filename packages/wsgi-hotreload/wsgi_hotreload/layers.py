"""Import what nobody edits once, and not at each save.

A *layer* is a copy of a worker, made by fork at the moment before a module is run that was edited
lately. Workers that are forked from it go on right there, in the middle of an import, with the file
as it is now. All that ran before has run in the order of the program and with all of its effects, so
they end where a new interpreter would end, which is not so if modules are imported ahead of their
turn: one may count what another has registered, or use what another has patched.

So a layer is right as long as no file was made, moved or removed, and none has changed that it has
read. And it must be possible to go on from it more than once: see ``obstacle``.
"""

import atexit
import builtins
import functools
import gc
import io
import os
import random
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from wsgi_hotreload.bytecode import PreciseLoader
from wsgi_hotreload.channel import Channel
from wsgi_hotreload.forking import Forker
from wsgi_hotreload.modules import in_batches

# With fewer files before, importing them again takes no longer than what a layer takes.
FEWEST_FILES = 50


class Reads:
    """The files that are opened from now on, until ``end``."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        # Not by an audit hook of Python, which would be called for every event of every import.
        self._originals = [
            (module, name, getattr(module, name))
            for module, name in ((builtins, "open"), (io, "open"), (io, "open_code"), (os, "open"))
        ]
        for module, name, original in self._originals:
            setattr(module, name, self._noting(original))

    def end(self) -> None:
        for module, name, original in self._originals:
            setattr(module, name, original)

    def _noting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def noting(file: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever may be opened
            if not isinstance(file, int):
                # Which follows no links, as imports follow none.
                self.paths.add(os.path.abspath(os.fsdecode(file)))  # noqa: PTH100
            return original(file, *arguments, **named)

        return noting


@dataclass(frozen=True)
class Possessions:
    """What a process has that it cannot share. What a worker gets while it loads the app, the app has made."""

    open_files: frozenset[Path]
    shared_memory: frozenset[str]
    # Functions to call at the end: Python does not tell which, but how many.
    exit_functions: int

    @classmethod
    def now(cls) -> Self:
        finalizers = len(weakref.finalize._registry)  # type: ignore[attr-defined] # noqa: SLF001
        mappings = Path("/proc/self/maps").read_text().splitlines()
        return cls(
            # The one that listing them took is gone.
            open_files=frozenset(path for path in list(Path("/proc/self/fd").iterdir()) if path.is_symlink()),
            shared_memory=frozenset(line for line in mappings if line.split()[1] == "rw-s"),
            exit_functions=atexit._ncallbacks() + finalizers,  # noqa: SLF001
        )


class Checkpoint:
    """Waits in a worker for the moment to make a layer."""

    def __init__(self, channel: Channel, source: Path) -> None:
        self._channel = channel
        self._source = f"{source}{os.sep}"
        self._before = Possessions.now()
        self._reads = Reads()
        self._recent: frozenset[str] = frozenset()
        PreciseLoader.before_run = self._reached

    def expect(self, recent: Iterable[str]) -> None:
        """Make a layer before the first of these files is run, once, if it is worth it."""
        self._recent = frozenset(recent)

    def end(self) -> None:
        """The app is loaded: it may read what it likes."""
        self._reads.end()
        self._recent = frozenset()

    def _reached(self, path: str) -> None:
        if path not in self._recent:
            self._reads.paths.add(path)
            return
        self._recent = frozenset()
        if len(self._reads.paths) < FEWEST_FILES:
            return
        if reason := obstacle(self._before):
            self._channel.send({"no layer": reason})
        else:
            self._make_layer(path)

    def _make_layer(self, path: str) -> None:
        ours, theirs = Channel.pair()
        # Python gives each process that is forked other random numbers, also if the app has set a seed.
        state = random.getstate()
        pid = os.fork()
        if pid:
            self._channel.send({"layer": pid, "before": path}, theirs.fileno())
            ours.close()
            theirs.close()
            return
        theirs.close()
        self._channel.become(ours)
        layer = Forker(self._channel)
        for paths in in_batches([path for path in self._reads.paths if path.startswith(self._source)]):
            self._channel.send({"read": paths})
        self._channel.send({"complete": True})
        gc.freeze()
        layer.run()
        random.setstate(state)
        if self._channel.receive() is None:
            os._exit(0)  # the supervisor needs no spare worker any more


def obstacle(before: Possessions) -> str | None:
    """Why this process cannot be continued more than once, if it cannot: it has begun what only one can end."""
    now = Possessions.now()
    if new_files := now.open_files - before.open_files:
        name, is_no_path, _ = str(min(new_files).readlink()).partition(":[")
        return f"opens a {name}" if is_no_path else f"opens {name}"
    if now.exit_functions != before.exit_functions:
        return "has something to do at the end of the process"
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        return "starts a thread"
    if _has_children():
        return "starts a process"
    if now.shared_memory != before.shared_memory:
        return "shares memory"
    return None


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
