"""Say of ``%pip install`` what it is for: neither the app nor the next container has it."""

import sys

from IPython.core.interactiveshell import InteractiveShell

NOTE = (
    "This is for the notebooks of this container alone, and gone with it. "
    "What the app needs is added by %add, and what notebooks are to keep by a line in notebooks/requirements.in."
)


def say_what_pip_is_for(shell: InteractiveShell) -> None:
    run_pip = shell.find_line_magic("pip")

    def pip(line: str) -> None:
        run_pip(line)
        if line.split()[:1] == ["install"]:
            print(NOTE, file=sys.stderr)  # noqa: T201 - into the cell's output

    pip.__doc__ = run_pip.__doc__
    shell.register_magic_function(pip, "line", "pip")  # type: ignore[arg-type] # its first argument is not the shell
