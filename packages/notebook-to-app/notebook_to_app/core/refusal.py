"""Say no in one sentence."""


class Refusal(Exception):  # noqa: N818 - its name is shown in the notebook
    """Something cannot be brought, and nothing was written. Says why, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the cell has failed, and how we found out is of no use."""
        return [f"\x1b[1mNothing was written:\x1b[0m {self}"]
