"""How a process ended, for people."""

import signal

from wsgi_hotreload.processes.memory import OutOfMemoryKills

# When memory runs out, the kernel may kill several processes one after the other.
TOGETHER_SECONDS = 0.3

_kills = OutOfMemoryKills()


def in_words(status: int | None, kills: OutOfMemoryKills = _kills) -> str:
    """How a process ended, from its exit code as ``subprocess`` has it; None is not known."""
    # Of one that ended with its parent, that is not known.
    if status in (None, -signal.SIGKILL) and kills.any_within(TOGETHER_SECONDS):
        return f"it ran out of memory and was killed ({kills.advice()})"
    if status is None:
        return "it ended"
    if status >= 0:
        return f"it ended with exit status {status}"
    if -status == signal.SIGKILL and not kills.are_counted:
        return "it was ended by SIGKILL, as happens when memory runs out"
    return f"it was ended by {signal.Signals(-status).name}"
