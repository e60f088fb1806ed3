"""``%%bring functions.text``: from a notebook cell to a served function in one keystroke.

An IPython extension. What a cell defines is merged into a module of the app, which stays the ordinary
file that it was, and is used from there; what a cell only tries out runs in the notebook afterwards.

- ``magics.py`` is what a person types, and ``tryouts.py`` what of a cell is run;
- ``bringer.py`` does one bring: merge, write, import in the kernel, wait until the app serves it;
- ``cell_history.py`` and ``dependencies.py`` find what earlier cells have defined.

Loading the extension imports nothing that is slow: that comes with the first cell which uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    from notebook_to_app.notebook.magics import BringMagics
    from notebook_to_app.notebook.tryouts import run_tryouts_as_a_cell

    shell.register_magics(BringMagics)
    shell.input_transformers_cleanup.append(run_tryouts_as_a_cell(shell))
