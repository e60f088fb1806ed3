"""Have tracebacks in the notebook end where the app's own code does, not in the depths of a library that it calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def end_tracebacks_in(source: Path, shell: InteractiveShell) -> None:
    """Cut them while they are formatted; ``%debug`` still has all frames."""
    formatter: Any = shell.InteractiveTB
    structured_traceback = formatter.structured_traceback

    def shortened(etype: Any = None, evalue: Any = None, etb: Any = None, *others: Any, **options: Any) -> Any:  # noqa: ANN401
        with _cut_below(source.resolve(), etb):
            return structured_traceback(etype, evalue, etb, *others, **options)

    formatter.structured_traceback = shortened


@contextmanager
def _cut_below(source: Path, traceback: TracebackType | None) -> Iterator[None]:
    last = None
    while traceback:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(source) and "site-packages" not in path.parts:
            last = traceback
        traceback = traceback.tb_next
    below = last.tb_next if last else None
    try:
        if last:
            last.tb_next = None
        yield
    finally:
        if last:
            last.tb_next = below
