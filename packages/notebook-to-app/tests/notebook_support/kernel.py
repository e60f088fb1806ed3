"""A real kernel for a test, configured as those of people are, on the source that the test gives it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

import notebook_to_app
from hotreload_support.ports import free_port
from hotreload_support.server import PACKAGE_PATH

NOTEBOOK_TO_APP = Path(notebook_to_app.__file__).resolve().parent
# Where this process imports both packages from, for those that it starts.
PYTHONPATH = os.pathsep.join([str(NOTEBOOK_TO_APP.parent), PACKAGE_PATH])

# The package's own configuration, instead of the one that is installed.
_LAUNCH = f"""
from IPython.core import application
application.SYSTEM_CONFIG_DIRS[:] = [{str(NOTEBOOK_TO_APP / "jupyter/ipython")!r}]
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


@dataclass
class Output:
    """What a cell shows."""

    text: str = ""
    html: str = ""
    # The displayed value of the last line.
    value: str | None = None
    # The kind of error and its text.
    error: tuple[str, str] | None = None
    traceback: str = ""
    # What the cell puts below itself.
    next_cell: str | None = None


@dataclass
class Kernel:
    """Runs cells one after the other."""

    client: BlockingKernelClient
    source: Path
    # That of the last cell.
    number: int = 0

    def run(self, cell: str) -> Output:
        """Run a cell that may fail."""
        output = Output()
        reply = self.client.execute_interactive(cell, output_hook=lambda message: _add(output, message), timeout=60)
        for payload in reply["content"].get("payload", []):
            output.next_cell = payload["text"] if payload["source"] == "set_next_input" else output.next_cell
        self.number = reply["content"]["execution_count"]
        return output

    def value(self, cell: str) -> str:
        """The displayed value of a cell that must not fail."""
        output = self.run(cell)
        assert output.error is None, output.traceback
        assert output.value is not None
        return output.value

    def bring(self, cell: str) -> str:
        """What a cell that must not fail shows."""
        output = self.run(cell)
        assert output.error is None, output.traceback
        return output.text

    def refusal(self, cell: str) -> str:
        """The sentence of a cell that must be refused."""
        output = self.run(cell)
        assert output.error, output.text
        assert output.error[0] == "Refusal", output.traceback
        return output.error[1]

    def text(self, cell: str) -> str:
        """All that a cell shows that must not fail."""
        output = self.run(cell)
        assert output.error is None, output.traceback
        return output.text + (output.value or "")


# Starts a kernel, with these variables of the environment.
StartKernel = Callable[..., Kernel]


@contextmanager
def running_kernel(folder: Path, source: Path, **environment: str) -> Iterator[Kernel]:
    """A kernel that imports from a source, with its own state in a folder."""
    spec = folder / "kernels/for_tests"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-c", _LAUNCH, "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "for tests", "language": "python"}))
    own = {
        "APP_SOURCE": str(source),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": PYTHONPATH,
        "STATE_DIRECTORY": str(folder),
    }
    specs = KernelSpecManager(kernel_dirs=[str(spec.parent)])
    # Ports that stay free until the kernel listens: those that jupyter_client finds may be handed out meanwhile.
    ports = {f"{name}_port": free_port() for name in ("shell", "iopub", "stdin", "hb", "control")}
    manager = KernelManager(kernel_name="for_tests", kernel_spec_manager=specs, cache_ports=False, **ports)
    manager.start_kernel(env=os.environ | own | environment, cwd=str(folder))
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield Kernel(client, source)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _add(output: Output, message: dict[str, Any]) -> None:
    content = message["content"]
    if message["msg_type"] == "stream":
        output.text += content["text"]
    elif message["msg_type"] == "display_data":
        output.text += content["data"]["text/plain"] + "\n"
        output.html += content["data"].get("text/html", "")
    elif message["msg_type"] == "execute_result":
        output.value = content["data"]["text/plain"]
    elif message["msg_type"] == "error":
        output.error = content["ename"], content["evalue"]
        output.traceback = "\n".join(content["traceback"])
