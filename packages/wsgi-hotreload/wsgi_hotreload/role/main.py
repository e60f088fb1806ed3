"""Run the command of a role as a new interpreter would, but with the libraries loaded."""

import runpy
import shlex
import sys
from importlib.metadata import entry_points
from typing import Any, NoReturn

from wsgi_hotreload.loading import in_one_line, traceback_of
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.messages import RoleFailed
from wsgi_hotreload.watch.source_tree import SourceTree


def run(channel: Channel, source: SourceTree, command: str) -> NoReturn:
    """Run it to its end, and end the process as an interpreter ends."""
    try:
        result = _run(shlex.split(command))
    except Exception as error:  # noqa: BLE001 - the supervisor reports it
        channel.send(RoleFailed(in_one_line(error), traceback_of(error, source.root)))
        sys.exit(1)
    sys.exit(result)


def _run(words: list[str]) -> Any:  # noqa: ANN401 - what a program takes for its exit status
    match words:
        case ["python" | "python3", "-m", module, *arguments]:
            sys.argv[:] = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["python" | "python3", path, *arguments] if not path.startswith("-"):
            sys.argv[:] = [path, *arguments]
            runpy.run_path(path, run_name="__main__")
        case [name, *_] if found := tuple(entry_points(group="console_scripts", name=name)):
            sys.argv[:] = words
            return found[0].load()()
        case _:
            raise LookupError(
                f"{shlex.join(words)!r} is no Python program that is installed here: write python -m MODULE, "
                "python FILE, or the command of an installed package"
            )
    return None
