"""``%%bring functions.text``: from a notebook cell to a served function in one keystroke.

An IPython extension. What a cell defines is merged into a module of the app, which stays the ordinary
file that it was, and is used from there; what a cell only tries out runs in the notebook afterwards.

- ``cells.py`` tells both apart;
- ``merging.py`` has the rules of what goes where, with ``replacing.py``, ``imports.py`` and ``order.py``;
- ``bringing.py`` does one bring: merge, write, load in the kernel, wait until the app serves it;
- ``magics.py`` is what a person types.

Loading the extension imports nothing that is slow: LibCST comes with the first bring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    from notebook_to_app.bring.magics import BringMagics, run_tryouts_as_a_cell

    shell.register_magics(BringMagics)
    shell.input_transformers_cleanup.append(run_tryouts_as_a_cell(shell))
