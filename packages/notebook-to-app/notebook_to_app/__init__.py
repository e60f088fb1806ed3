"""Bring functions from a notebook into a Flask app, as an IPython extension: ``%load_ext notebook_to_app``.

``kernel/`` has what every cell starts with: the app's source, reloaded when it is edited, and an app context.
``notebook/`` has the magics, which write definitions into the app's modules: ``core/`` has the rules, ``files/``
the files, ``testing/`` what runs the app's tests. ``jupyter/`` configures a JupyterLab that loads all of it.

Loading the extension imports nothing that is slow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load_ipython_extension"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Set a shell up, and register ``%%bring``, ``%bring`` and ``%worker``."""
    from notebook_to_app import kernel, notebook

    kernel.load_ipython_extension(shell)
    notebook.load_ipython_extension(shell)
