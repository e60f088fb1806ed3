"""What a fresh interpreter serves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hotreload_support.server import ReloadServer

# In a thread that ends no sooner than the process, pools and loops of the app may still be at work.
PROGRAM = """\
import importlib, json, os, sys

def main():
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.getcwd())
    module, _, name = sys.argv[1].partition(":")
    client = getattr(importlib.import_module(module), name)().test_client()
    responses = [client.get(path, headers=dict(json.loads(sys.argv[3]))) for path in json.loads(sys.argv[2])]
    print("served:" + json.dumps([[response.status_code, response.get_data(as_text=True)] for response in responses]))
    sys.stdout.flush()
    os._exit(0)

if __name__ == "__main__":
    main()
"""
Page = tuple[int, str]


def fresh_pages(
    folder: Path, factory: str, paths: Sequence[str], headers: dict[str, str], environment: dict[str, str]
) -> list[Page]:
    arguments = [factory, json.dumps(paths), json.dumps([*headers.items()])]
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "served:" in result.stdout, result.stderr
    return [(status, _steady(text)) for status, text in json.loads(result.stdout.partition("served:")[2])]


def served_pages(server: ReloadServer, paths: Sequence[str], headers: dict[str, str]) -> list[Page]:
    responses = [server.get(path, headers=headers, allow_redirects=False) for path in paths]
    return [(response.status_code, _steady(response.text)) for response in responses]


def _steady(text: str) -> str:
    """Without tokens, which are others each time."""
    return re.sub(r'value="[\w.-]{60,}"', 'value="TOKEN"', text)
