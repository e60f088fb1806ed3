"""Whether libraries may be imported ahead of their turn."""

import logging

from wsgi_hotreload.processes.messages import Imported

log = logging.getLogger("wsgi_hotreload")


class Libraries:
    def __init__(self) -> None:
        self._is_ahead = True
        # What the app patches when it has imported all that it needs.
        self._harmless: set[str] = set()

    def load_in_turn(self, reason: str) -> None:
        """From now on workers import libraries by themselves."""
        self._is_ahead = False
        log.warning("%s, so libraries are imported anew at each save.", reason)

    def why_renew(self, imported: Imported, *, is_ahead: bool) -> str | None:
        """Why libraries must be loaded anew, and in their turn, before it is known what can be loaded ahead.

        ``is_ahead``: the worker that says what it has imported found libraries loaded ahead.
        """
        if imported.is_patched_between and self._is_ahead:
            self.load_in_turn(f"The app patches {imported.patches[0]} before it imports others")
            return "They were imported ahead of their turn" if is_ahead else None
        if self._is_ahead and is_ahead and (new := set(imported.patches) - self._harmless):
            return f"The app patches {min(new)}"
        self._harmless.update(imported.patches)
        return None

    def to_import(self, imported: Imported) -> list[str]:
        return imported.names if self._is_ahead else []
