"""Say of ``%pip install`` what it is for: the next container does not have it, nor has the app."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

NOTE = (
    "This is for the notebooks alone, and gone with the container. "
    "What is to stay goes into notebooks/requirements.in, and what the app needs into {}/requirements.in."
)


def say_what_pip_is_for(source: Path, shell: InteractiveShell) -> None:
    run_pip = shell.find_line_magic("pip")

    def pip(line: str) -> None:
        run_pip(line)
        if line.split()[:1] == ["install"]:
            print(NOTE.format(source.name), file=sys.stderr)  # noqa: T201 - into the cell's output

    pip.__doc__ = run_pip.__doc__
    shell.register_magic_function(pip, "line", "pip")  # type: ignore[arg-type] # its first argument is not the shell
