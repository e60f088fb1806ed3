"""How a process ended, for people."""

import signal


def in_words(status: int | None) -> str:
    """How a process ended, from its exit code as ``subprocess`` has it; None is not known."""
    if status is None:
        return "it ended"
    if status >= 0:
        return f"it ended with exit status {status}"
    hint = ", as happens when memory runs out" if -status == signal.SIGKILL else ""
    return f"it was ended by {signal.Signals(-status).name}{hint}"
