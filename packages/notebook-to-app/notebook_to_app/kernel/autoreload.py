"""Have the next cell see an edit of the app's source: IPython's ``%autoreload 2``, with its flaws fixed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wsgi_hotreload import import_precisely

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def reload_edited_modules(source: Path, shell: InteractiveShell) -> None:
    # Else two edits in one second that keep a file's size are one.
    import_precisely(source)
    shell.run_line_magic("load_ext", "autoreload")
    shell.run_line_magic("autoreload", "2")
    # IPython 9 first tries to patch single functions. After the second edit, a function that the notebook has
    # imported by its name stays as it was then, so have it reload the whole module, as it did before.
    magics: Any = shell.magics_manager.registry["AutoreloadMagics"]
    magics._reloader.deduper_reloader.enabled = False  # noqa: SLF001 - there is no other way
