"""A channel between the supervisor and one of its processes: whole messages, with open files as ancillary data."""

from __future__ import annotations

import array
import contextlib
import os
import select
import socket

from wsgi_hotreload.processes import messages
from wsgi_hotreload.processes.messages import Message

# Of a message in one packet, well below the kernel's default send buffer of 208 KiB, which no packet may exceed.
PART_BYTES = 1 << 15
# The first byte of each packet. One thread at a time sends messages of several packets; those of one packet may come
# in between.
WHOLE, PART, LAST = b"w", b"p", b"l"

Received = tuple[Message, int | None]


class Channel:
    """One end of a socket pair that keeps packets apart (SOCK_SEQPACKET, see unix(7))."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._parts: list[bytes] = []

    @classmethod
    def pair(cls) -> tuple[Channel, Channel]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), cls(theirs)

    @classmethod
    def of_descriptor(cls, descriptor: int) -> Channel:
        return cls(socket.socket(fileno=descriptor))

    def send(self, message: Message, descriptor: int | None = None, *, wait: bool = True) -> None:
        """Send a message of any length, and a copy of an open file with a short one.

        Raises:
            BlockingIOError: the other end does not keep up, and ``wait`` is false.
            OSError: the other end is gone.
        """
        data = messages.encode(message)
        if len(data) <= PART_BYTES:
            ancillary = []
            if descriptor is not None:
                ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
            self._socket.sendmsg([WHOLE, data], ancillary, 0 if wait else socket.MSG_DONTWAIT)
            return
        *parts, last = (data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES))
        for part in parts:
            self._socket.sendmsg([PART, part])
        self._socket.sendmsg([LAST, last])

    def tell(self, message: Message, descriptor: int | None = None) -> None:
        """Send it, unless the other end is gone, which is reported otherwise."""
        with contextlib.suppress(OSError):
            self.send(message, descriptor)

    def receive(self) -> Received:
        """Wait for the next message, and the open file that came with it.

        Raises:
            EOFError: the other end is gone and has said no more.
        """
        while True:
            if received := self.receive_packet():
                return received

    def receive_packet(self) -> Received | None:
        """Read one packet, and return the message that it completes, or None for a part of a longer one.

        Raises:
            EOFError: as above.
        """
        try:
            packet, descriptors = self._read()
        except ConnectionResetError:
            # That it went without reading all is reported once, and ahead of what it had said.
            packet, descriptors = self._read()
        if not packet:
            raise EOFError
        kind, data = packet[:1], packet[1:]
        if kind == PART:
            self._parts.append(data)
            return None
        if kind == LAST:
            data = b"".join([*self._parts, data])
            self._parts.clear()
        return messages.decode(data), descriptors[0] if descriptors else None

    def _read(self) -> tuple[bytes, list[int]]:
        packet, descriptors, _, _ = socket.recv_fds(self._socket, 1 + PART_BYTES, 1)
        return packet, descriptors

    def has_packet(self) -> bool:
        """Whether ``receive_packet`` returns, or raises, at once."""
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
