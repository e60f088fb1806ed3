"""Resources that a fork must not duplicate: whatever appears between two looks was created by the app."""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from wsgi_hotreload.processes.linux import children


@dataclass(frozen=True)
class ForkHazards:
    open_files: frozenset[Path]
    shared_memory: frozenset[str]
    # Functions to call at exit: Python reveals only their number.
    exit_functions: int

    @classmethod
    def now(cls) -> ForkHazards:
        finalizers = len(weakref.finalize._registry)  # type: ignore[attr-defined] # noqa: SLF001
        mappings = Path("/proc/self/maps").read_text().splitlines()
        return cls(
            # The one that listing them took is gone.
            open_files=frozenset(path for path in list(Path("/proc/self/fd").iterdir()) if path.is_symlink()),
            shared_memory=frozenset(line for line in mappings if line.split()[1] == "rw-s"),
            exit_functions=atexit._ncallbacks() + finalizers,  # noqa: SLF001
        )


def why_not_forkable(before: ForkHazards, snapshots: AbstractSet[int]) -> str | None:
    """Why this process cannot be continued more than once, as a verb with its object; None if it can.

    ``snapshots`` are children that the app knows nothing of.
    """
    now = ForkHazards.now()
    if new_files := now.open_files - before.open_files:
        name, is_no_path, _ = str(min(new_files).readlink()).partition(":[")
        return f"opens a {name}" if is_no_path else f"opens {name}"
    if now.exit_functions != before.exit_functions:
        return "has something to do at the end of the process"
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        return "starts a thread"
    if _has_children() and children() - snapshots:
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
