"""Wait for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.02


def wait_for(what: str, attempt: Callable[[], T | None], timeout: float = 60, every: float = POLL_SECONDS) -> T:
    """The first result of ``attempt``, called ``every`` so many seconds, that is neither None nor False.

    Raises:
        AssertionError: there was none within ``timeout`` seconds, far more than it ever takes.
    """
    deadline = time.monotonic() + timeout
    while True:
        result = attempt()
        if result is not None and result is not False:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout:g} s in vain for {what}")
        time.sleep(every)
