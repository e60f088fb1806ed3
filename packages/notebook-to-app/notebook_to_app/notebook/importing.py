"""Have the kernel run a module as its file is now, once: no cell's code is run for what was brought."""

from __future__ import annotations

import importlib
import traceback
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from notebook_to_app.files.target_module import TargetModule, is_of_app, source
from notebook_to_app.kernel.fresh_modules import fresh_modules

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Broken(Exception):  # noqa: N818 - its name is shown in the notebook
    """What was brought was written, but does not work. Says how."""

    def _render_traceback_(self) -> list[str]:
        sentence, _, traceback_text = str(self).partition("\n")
        return [f"\x1b[1m{sentence}\x1b[0m", traceback_text]


def import_fresh(target: TargetModule, shell: InteractiveShell) -> ModuleType:
    """Import a module, or anew what was imported before, with whatever of the app imports it.

    Raises:
        Broken: a module raised.
    """
    try:
        fresh_modules(source(), shell).refresh()
        importlib.invalidate_caches()
        return importlib.import_module(target.name)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise Broken(
            f"It was written, but the module cannot be imported (`%bring --undo` takes it back):\n"
            f"{_traceback_from(error, target.path)}"
        ) from None


def _traceback_from(error: BaseException, path: Path) -> str:
    """The traceback from the module's first line on, and no further than the app's own code goes."""
    summary = traceback.TracebackException.from_exception(error, compact=True)
    frames = list(summary.stack)
    start = next((number for number, frame in enumerate(frames) if Path(frame.filename) == path), len(frames))
    own = [number for number, frame in enumerate(frames) if is_of_app(frame.filename)]
    stop = own[-1] + 1 if own else None
    kept = [frame for frame in frames[start:stop] if not frame.filename.startswith("<frozen ")]
    summary.stack = traceback.StackSummary.from_list(kept)
    return "".join(summary.format()).rstrip()
