"""Wait for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.02
# An attempt that takes long, such as a command, is followed by a pause as long as itself, up to this.
LONGEST_PAUSE_SECONDS = 0.5


def wait_for(what: str, attempt: Callable[[], T | None], timeout: float = 60, every: float = POLL_SECONDS) -> T:
    """The first result of ``attempt``, called ``every`` so many seconds or less often, that is neither None nor False.

    Raises:
        AssertionError: there was none within ``timeout`` seconds, far more than it ever takes.
    """
    deadline = time.monotonic() + timeout
    while True:
        begun = time.monotonic()
        result = attempt()
        if result is not None and result is not False:
            return result
        ended = time.monotonic()
        if ended > deadline:
            raise AssertionError(f"Waited {timeout:g} s in vain for {what}")
        time.sleep(max(every, min(ended - begun, LONGEST_PAUSE_SECONDS)))
