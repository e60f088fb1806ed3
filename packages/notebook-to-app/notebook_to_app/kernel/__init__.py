"""What every kernel of the notebooks starts with, as an IPython extension.

- the app's source is importable, without being in the way of the Jupyter server's own imports, and an
  edit is seen by the next cell, and by completion and help before that: ``fresh_modules.py``;
- an app context is active in each cell, of the app as it is now: ``app_context.py``;
- a kernel that was killed for memory says so: ``memory.py``;
- ``%pip install`` says what it is for: ``pip_note.py``;
- tracebacks end where the app's own code does: ``tracebacks.py``;
- a response with an error shows the app's traceback: ``response_repr.py``.

Loading it imports nothing that is slow.
"""

import os
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    from notebook_to_app.kernel.app_context import KeptAppContext
    from notebook_to_app.kernel.fresh_modules import fresh_modules
    from notebook_to_app.kernel.memory import report_kernel_killed_for_memory
    from notebook_to_app.kernel.pip_note import say_what_pip_is_for
    from notebook_to_app.kernel.response_repr import show_errors_of_responses
    from notebook_to_app.kernel.tracebacks import end_tracebacks_in

    source = Path(os.environ.get("APP_SOURCE") or Path.cwd())
    sys.path.insert(0, str(source))
    # First, in each cell: edited modules are imported anew, and then the app is made from them.
    fresh_modules(source, shell).keep()
    KeptAppContext(source, shell).keep()
    show_errors_of_responses(shell)
    end_tracebacks_in(source, shell)
    report_kernel_killed_for_memory(shell)
    say_what_pip_is_for(shell)
