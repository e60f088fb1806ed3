"""``%worker``: how the app is, without leaving the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_magic, magics_class

if TYPE_CHECKING:
    from bring.liveness import State


@magics_class
class WorkerMagics(Magics):
    @line_magic
    def worker(self, _line: str) -> None:
        """Show what worker-node serves: since which save, its routes, and its last error."""
        from bring.liveness import DevelopmentServer, NotServing
        from bring.reporting import show_routes, show_sentence

        try:
            state = DevelopmentServer().state()
        except NotServing as reason:
            show_sentence(str(reason))
            return
        show_routes(_sentence(state), sorted(state.routes, key=lambda route: route.rule))
        if state.error:
            print(state.error)  # noqa: T201 - into the cell's output


def _sentence(state: State) -> str:
    after = f", after a save of {', '.join(state.changed)}" if state.changed else ""
    took = f", in {state.seconds * 1000:.0f} ms" if state.seconds else ""
    return f"worker-node is {state.state}: generation {state.generation}{after}{took}."
