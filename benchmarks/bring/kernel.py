"""Kernels as JupyterLab starts them, and bare ones beside them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

# Without /etc/ipython, where the notebook tools are loaded from.
BARE = """
from IPython.core import application
application.SYSTEM_CONFIG_DIRS[:] = []
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


class Kernel:
    def __init__(self, client: BlockingKernelClient) -> None:
        self._client = client

    def run(self, cell: str) -> str | None:
        """Run a cell to its end, and return the displayed value of its last line, or the text of the cell it makes."""
        values: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] == "execute_result":
                values.append(message["content"]["data"]["text/plain"])
            elif message["msg_type"] == "error":
                sys.exit("\n".join(message["content"]["traceback"]))

        reply = self._client.execute_interactive(cell, output_hook=hear, timeout=60)
        values += [payload["text"] for payload in reply["content"]["payload"] if payload["source"] == "set_next_input"]
        return values[-1] if values else None

    def milliseconds(self, cell: str) -> float:
        """How long a cell takes, from sending it to its end."""
        started = time.perf_counter()
        self.run(cell)
        return (time.perf_counter() - started) * 1000


@contextmanager
def running_kernel(*, bare: bool = False) -> Iterator[Kernel]:
    manager = KernelManager()
    if bare and manager.kernel_spec:
        manager.kernel_spec.argv = [sys.executable, "-c", BARE, "-f", "{connection_file}"]
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
