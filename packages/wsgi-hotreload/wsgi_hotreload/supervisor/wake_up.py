"""Have the loop look, whatever it waits for: from other threads, and at each signal."""

import contextlib
import selectors
import signal
import socket


class WakeUp:
    def __init__(self, selector: selectors.BaseSelector) -> None:
        """In the main thread, as Python demands for what is about signals."""
        ours, self._theirs = socket.socketpair()
        for end in (ours, self._theirs):
            end.setblocking(False)
        selector.register(ours, selectors.EVENT_READ, lambda: ours.recv(1 << 10) and ())
        # A signal's handler runs only when the wait has ended, and a signal does not end it if it comes just before, or
        # to another thread: https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
        signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)

    def __call__(self) -> None:
        with contextlib.suppress(BlockingIOError):  # enough is there to be read
            self._theirs.send(b"\0")
