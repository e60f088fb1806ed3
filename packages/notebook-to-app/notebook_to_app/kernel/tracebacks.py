"""Have tracebacks in the notebook end where the app's own code does, not in the depths of a library that it calls."""

from pathlib import Path
from types import TracebackType
from typing import Any

from IPython.core.interactiveshell import InteractiveShell


def end_tracebacks_in(source: Path, shell: InteractiveShell) -> None:
    """Cut them while they are formatted; ``%debug`` still has all frames."""
    formatter: Any = shell.InteractiveTB
    structured_traceback = formatter.structured_traceback

    def shortened(etype: Any = None, evalue: Any = None, etb: Any = None, *others: Any, **options: Any) -> Any:  # noqa: ANN401
        last = _last_within(source.resolve(), etb)
        if last is None:
            return structured_traceback(etype, evalue, etb, *others, **options)
        below, last.tb_next = last.tb_next, None
        try:
            return structured_traceback(etype, evalue, etb, *others, **options)
        finally:
            last.tb_next = below

    formatter.structured_traceback = shortened


def _last_within(source: Path, traceback: TracebackType | None) -> TracebackType | None:
    last = None
    while traceback:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(source) and "site-packages" not in path.parts:
            last = traceback
        traceback = traceback.tb_next
    return last
