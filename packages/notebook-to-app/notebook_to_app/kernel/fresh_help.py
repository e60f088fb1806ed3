"""Completion and signatures are of the app as it is now, also when no cell has run since an edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from notebook_to_app.kernel.fresh_modules import fresh_modules

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

# What a kernel does for a request: https://jupyter-client.readthedocs.io/en/stable/wrapperkernels.html
REQUESTS = ("do_complete", "do_inspect")


def keep_help_fresh(source: Path, shell: InteractiveShell) -> None:
    """Have a kernel look at the source before it responds; a shell in a terminal has no kernel."""
    kernel = getattr(shell, "kernel", None)
    modules = fresh_modules(source, shell)
    for name in REQUESTS:
        if respond := getattr(kernel, name, None):

            def refreshed(*arguments: Any, _respond: Any = respond, **named: Any) -> Any:  # noqa: ANN401 - its own
                modules.refresh_in_silence()
                return _respond(*arguments, **named)

            setattr(kernel, name, refreshed)
