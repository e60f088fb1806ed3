"""A debugger as VS Code is one: it speaks the Debug Adapter Protocol.

https://microsoft.github.io/debug-adapter-protocol/overview
"""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]

TIMEOUT_SECONDS = 60.0


class Debugger:
    """One session. What the debuggee starts gets a session of its own, as in VS Code."""

    def __init__(
        self,
        port: int,
        breakpoints: dict[Path, list[int]],
        attach: Message | None = None,
        stopped: queue.Queue[tuple[Debugger, Message]] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        """Attach, and set breakpoints by file and line, also in processes that join later."""
        self.breakpoints = breakpoints
        self.stopped = stopped or queue.Queue()
        self.is_over = threading.Event()
        self.children: list[Debugger] = []
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.Queue[Message]] = {}
        self._initialized = threading.Event()
        self._socket = socket.create_connection((host, port))
        threading.Thread(target=self._listen, daemon=True).start()
        self.ask("initialize", adapterID="test", pathFormat="path")
        attached = self.send("attach", **(attach or {"connect": {"host": host, "port": port}, "justMyCode": True}))
        assert self._initialized.wait(TIMEOUT_SECONDS)
        for path, lines in breakpoints.items():
            self.ask("setBreakpoints", source={"path": str(path)}, breakpoints=[{"line": line} for line in lines])
        self.ask("configurationDone")
        self._answer(attached)

    def ask(self, command: str, **arguments: Any) -> Any:  # noqa: ANN401
        return self._answer(self.send(command, **arguments))

    def send(self, command: str, **arguments: Any) -> int:  # noqa: ANN401
        number = next(self._numbers)
        self._answers[number] = queue.Queue()
        body = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments}).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return number

    def close(self) -> None:
        """Let the debuggee and what it has started go on, and leave."""
        for debugger in [*self.children, self]:
            with contextlib.suppress(OSError):  # its process has ended
                debugger.send("disconnect", terminateDebuggee=False)
            assert debugger.is_over.wait(TIMEOUT_SECONDS)

    def _answer(self, number: int) -> Any:  # noqa: ANN401
        answer = self._answers[number].get(timeout=TIMEOUT_SECONDS)
        assert answer["success"], answer
        return answer.get("body")

    def _listen(self) -> None:
        with contextlib.suppress(OSError), self._socket, self._socket.makefile("rb") as stream:
            while message := _read(stream.readline, stream.read):
                self._hear(message)
        self.is_over.set()
        self._initialized.set()
        for answer in self._answers.values():
            answer.put({"success": False, "message": "the session is over"})

    def _hear(self, message: Message) -> None:
        if message["type"] == "response":
            self._answers[message["request_seq"]].put(message)
        elif message["type"] != "event":
            return
        elif message["event"] == "initialized":
            self._initialized.set()
        elif message["event"] == "stopped":
            self.stopped.put((self, message["body"]))
        elif message["event"] == "debugpyAttach":
            threading.Thread(target=self._go_into, args=(message["body"],), daemon=True).start()

    def _go_into(self, attach: Message) -> None:
        try:
            connect = attach["connect"]
            child = Debugger(connect["port"], self.breakpoints, attach, self.stopped, connect["host"])
        except (OSError, AssertionError):  # the process has ended meanwhile, as one does that waited before a reload
            return
        self.children.append(child)


def _read(read_line: Callable[[], bytes], read: Callable[[int], bytes]) -> Message | None:
    length = 0
    while line := read_line().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(read(length)) if length else None
