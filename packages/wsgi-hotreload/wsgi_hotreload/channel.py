"""Messages between the supervisor and its processes, with open files in their luggage."""

from __future__ import annotations

import array
import json
import os
import select
import socket
from typing import Any

# The kernel refuses a larger packet than its send buffer, 208 KiB unless configured otherwise.
LARGEST_MESSAGE = 1 << 18
MOST_DESCRIPTORS = 1

Message = dict[str, Any]


class Channel:
    """One end of a socket pair that keeps messages apart (SOCK_SEQPACKET, see unix(7))."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    @classmethod
    def pair(cls) -> tuple[Channel, Channel]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), cls(theirs)

    @classmethod
    def of_descriptor(cls, descriptor: int) -> Channel:
        return cls(socket.socket(fileno=descriptor))

    def send(self, message: Message, descriptor: int | None = None, *, wait: bool = True) -> None:
        """Send a message, and a copy of an open file with it.

        Raises:
            BlockingIOError: the other end does not keep up, and ``wait`` is false.
            OSError: the other end is gone.
        """
        luggage = []
        if descriptor is not None:
            luggage = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        self._socket.sendmsg([json.dumps(message).encode()], luggage, 0 if wait else socket.MSG_DONTWAIT)

    def receive(self) -> tuple[Message, int | None] | None:
        """The next message and the open file that came with it; None if the other end is gone and has said no more."""
        try:
            data, descriptors, _, _ = self._receive()
        except ConnectionResetError:
            # That it went without reading all is told once, and ahead of what it had said.
            data, descriptors, _, _ = self._receive()
        if not data:
            return None
        return json.loads(data), descriptors[0] if descriptors else None

    def _receive(self) -> tuple[bytes, list[int], int, Any]:
        return socket.recv_fds(self._socket, LARGEST_MESSAGE, MOST_DESCRIPTORS)

    def has_something(self) -> bool:
        """Whether ``receive`` returns at once."""
        poll = select.poll()  # select() knows no more than 1,024 files
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def become(self, other: Channel) -> None:
        """Be the other one from now on, for whoever holds this."""
        os.dup2(other.fileno(), self.fileno(), inheritable=False)
        other.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def is_closed(self) -> bool:
        return self._socket.fileno() < 0

    def close(self) -> None:
        self._socket.close()
