"""Run cells in a kernel of the running JupyterLab, as its page does: by its websocket."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import websocket

# Runs a cell, and returns what it shows. A cell that fails shows its error alone.
RunCell = Callable[[str], str]


@contextmanager
def running_kernel(jupyter: str, token: str) -> Iterator[RunCell]:
    authorization = {"Authorization": f"token {token}"}
    kernel = requests.post(f"{jupyter}/api/kernels", headers=authorization, timeout=60).json()["id"]
    url = f"{jupyter.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    channels = websocket.create_connection(url, timeout=180, header=authorization)
    try:
        yield lambda cell: _run(channels, cell)
    finally:
        channels.close()
        requests.delete(f"{jupyter}/api/kernels/{kernel}", headers=authorization, timeout=60)


def _run(channels: websocket.WebSocket, cell: str) -> str:
    request = uuid.uuid4().hex
    header = {"msg_id": request, "msg_type": "execute_request", "session": request, "username": "", "version": "5.3"}
    content = {"code": cell, "silent": False}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
    channels.send(json.dumps(message))
    shown: list[str] = []
    while True:
        message = json.loads(channels.recv())
        if message["parent_header"].get("msg_id") == request and message["channel"] == "iopub":
            if message["content"].get("execution_state") == "idle":
                return "\n".join(shown)
            shown += _text(message["content"])


def _text(content: dict[str, Any]) -> list[str]:
    if "evalue" in content:
        return [f"{content['ename']}: {content['evalue']}"]
    return [content["text"]] if "text" in content else [content["data"]["text/plain"]] if "data" in content else []
