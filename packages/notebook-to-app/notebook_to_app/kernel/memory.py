"""Say in the notebook that the kernel before was killed since memory ran out: Jupyter restarts it without a reason."""

from __future__ import annotations

import atexit
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

# https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files, and of version 1 where that is not there
EVENTS = Path("/sys/fs/cgroup/memory.events")
if not EVENTS.exists():
    EVENTS = Path("/sys/fs/cgroup/memory/memory.oom_control")


def report_kernel_killed_for_memory(shell: InteractiveShell, events: Path = EVENTS) -> None:
    """Note how many processes were killed so far; a kernel that ends by itself takes its note away."""
    application = getattr(getattr(shell, "kernel", None), "parent", None)
    file = getattr(application, "abs_connection_file", None)
    if not file or not events.exists():
        return
    # Jupyter's restart uses the connection file of before.
    note = Path(f"{file}.killed")
    killed = _killed(events)
    before = int(note.read_text()) if note.exists() else killed
    note.write_text(str(killed))
    own = os.getpid()
    atexit.register(lambda: note.unlink(missing_ok=True) if os.getpid() == own else None)
    if killed > before:
        shell.events.register("pre_run_cell", _say_once(shell))


def _say_once(shell: InteractiveShell) -> Callable[[object], None]:
    def say(_info: object) -> None:
        shell.events.unregister("pre_run_cell", say)
        sentence = "The kernel was restarted: the one before was killed, since memory ran out. Its variables are gone."
        print(sentence, file=sys.stderr)  # noqa: T201 - into the cell's output

    return say


def _killed(events: Path) -> int:
    found = re.search(r"^oom_kill (\d+)$", events.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
