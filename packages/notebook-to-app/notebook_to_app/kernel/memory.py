"""Say in the notebook that the kernel before was killed since memory ran out: Jupyter restarts it without a reason."""

import atexit
import os
import re
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

# https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
EVENTS = Path("/sys/fs/cgroup/memory.events")


def report_kernel_killed_for_memory(shell: InteractiveShell, events: Path = EVENTS) -> None:
    """Note how many processes were killed so far; a kernel that ends by itself takes its note away."""
    application = getattr(getattr(shell, "kernel", None), "parent", None)
    file = getattr(application, "abs_connection_file", None)
    if not file or not events.exists():
        return
    # Jupyter's restart uses the connection file of before.
    note = Path(f"{file}.killed")
    found = re.search(r"^oom_kill (\d+)$", events.read_text(), re.MULTILINE)
    killed = int(found[1]) if found else 0
    before = int(note.read_text() or killed) if note.exists() else killed  # empty: killed while writing
    note.write_text(str(killed))
    own = os.getpid()
    atexit.register(lambda: note.unlink(missing_ok=True) if os.getpid() == own else None)

    def say_once(_info: object) -> None:
        shell.events.unregister("pre_run_cell", say_once)
        sentence = "The kernel was restarted: the one before was killed, since memory ran out. Its variables are gone."
        print(sentence, file=sys.stderr)  # noqa: T201 - into the cell's output

    if killed > before:
        shell.events.register("pre_run_cell", say_once)
