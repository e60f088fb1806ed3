"""Wake the supervisor's loop up, from another thread or from a signal's handler."""

import os
import selectors


class WakeUp:
    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        selector.register(self._descriptor, selectors.EVENT_READ, lambda: os.eventfd_read(self._descriptor) and ())

    def __call__(self) -> None:
        os.eventfd_write(self._descriptor, 1)
