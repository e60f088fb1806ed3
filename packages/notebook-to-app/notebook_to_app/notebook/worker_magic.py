"""``%worker``: how the app is, without leaving the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_magic, magics_class

if TYPE_CHECKING:
    from wsgi_hotreload import Status


@magics_class
class WorkerMagics(Magics):
    @line_magic
    def worker(self, _line: str) -> None:
        """Show what the app serves: since which save, its routes, and its last error."""
        from notebook_to_app.notebook.display import show_routes, show_sentence
        from notebook_to_app.notebook.server import NotServing, current_status

        try:
            status = current_status()
        except NotServing as reason:
            show_sentence(str(reason))
            return
        show_routes(_sentence(status), sorted(status.routes, key=lambda route: route.rule))
        if status.crash:
            print(f"Its process was started anew, since the one before crashed: {status.crash}.")  # noqa: T201
        if status.error:
            print(status.error)  # noqa: T201 - into the cell's output


def _sentence(status: Status) -> str:
    after = f", after a save of {', '.join(status.changed)}" if status.changed else ""
    took = f", in {status.seconds * 1000:.0f} ms" if status.seconds else ""
    return f"The app is {status.state}: generation {status.generation}{after}{took}."
