"""What a person types: ``%%bring``, ``%bring``, ``%take``, ``%test``, ``%add`` and ``%worker``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from notebook_to_app.core.cells import Cell
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.atomic_write import read
from notebook_to_app.notebook.tryouts import CELL_OPTIONS, split_cell, words_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from notebook_to_app.notebook.bringer import Bringer


@magics_class
class BringMagics(Magics):
    """What the magics need is imported when it is needed: a kernel starts without."""

    shell: InteractiveShell
    _bringer: Bringer | None = None
    _last: str | None = None

    @line_cell_magic
    def bring(self, line: str, cell: str | None = None) -> None:
        """Bring functions from the notebook into the app.

        ::

            %%bring functions.text

            # about it
            def countwords_of(text: str) -> int:
                return len(text.split())

            countwords_of("tried out right here")

        writes the definitions of this cell into ``functions/text.py``, and runs the rest here.
        A definition is a function, a class, an assignment or an import, with the comments directly above
        it. It replaces the one of its name in the file; a new one goes to the end, an import to the top.
        The notebook uses the module's own from then on, and the app serves it when the cell says *live*.

        ::

            %bring count_words functions.text

        brings functions of earlier cells, with the functions, constants and imports that they need.
        Several names may stand before the module. ``--to text`` names a module without a dot.

        ::

            %bring --undo

        takes the last one back, and then the one before, also after a restart of the kernel. Where something
        cannot be done safely, a sentence says why, and nothing is written.

        Calls such as ``NAMES.append(…)``, on what the module assigns, and ``register(count_words)`` are
        written as well; ``%%bring functions.text --all`` writes every statement of the cell, and ``--whole``
        makes the cell the whole module, and ``--test`` makes a test of what is tried out.
        ``%%bring templates/page.html`` writes the cell's text into that file.

        ::

            %bring --undo functions.text
            %bring --register routes.shop
            %bring --rename functions.text.count_words count_all
            %bring --move functions.text.count_words functions.words
            %bring --delete functions.text.count_words

        take back what changed one file last, register the blueprint of a module in the factory, and change
        a definition together with everything in the app that uses it.
        """
        words = words_of(line)
        if cell is not None:
            self._bring_cell(words, cell)
        elif words[:1] and words[0].startswith("--"):
            from notebook_to_app.notebook.options import run_option

            run_option(words, self._ready(), self.shell)
        else:
            self._bring_names(words)

    @line_magic
    def take(self, line: str) -> None:
        """Put a definition of the app into the next cell, with its comments and decorators, to be edited and brought.

        ::

            %take functions.text.count_words
            %take functions.text
            %take templates/page.html

        The second takes the whole module, the third a template.
        """
        words = words_of(line)
        if len(words) != 1:
            raise Refusal("Name what to take: %take functions.text.count_words")
        from notebook_to_app.notebook.take import cell_for

        self.shell.set_next_input(cell_for(words[0], self._ready()))

    @line_magic
    def add(self, line: str) -> None:
        """Add packages to the app, without a rebuild or a restart.

        ::

            %add pandas
            %add "pandas>=3,<4" scikit-learn
            %add --dev pytest-cov

        asks for them in the app's ``requirements.in`` (with ``--dev`` in its ``requirements-dev.in``, for tests
        and tools alone), locks the requirements of the whole project, and installs what is new for the notebooks and
        for the app that is served. The next images have it by their locks. What cannot be locked changes nothing.
        """
        from notebook_to_app.notebook.add import add_and_report

        add_and_report(_shell_words(line))

    @line_magic
    def test(self, line: str) -> None:
        """Run the app's tests in a fresh interpreter, where only the app's own packages can be imported.

        ::

            %test
            %test functions.text
            %test --last
            %test -k words -x

        runs all of them, those of one module, those of what this kernel brought last, or what else pytest
        is asked for. ``%%bring functions.text --test`` writes the asserts of a cell, and its last call with
        the value that it shows, into ``tests/functions/test_text.py``.
        """
        from notebook_to_app.testing.run import run_tests

        run_tests(_shell_words(line), self._last)

    @line_magic
    def worker(self, _line: str) -> None:
        """Show what the app serves: since which save, its routes, and its last error."""
        from notebook_to_app.notebook.server import show_status

        show_status()

    def _bring_cell(self, words: list[str], cell: str) -> None:
        options = {word for word in words if word.startswith("--")}
        names = [word for word in words if word not in options]
        if len(names) != 1 or options - CELL_OPTIONS:
            raise Refusal("Name one module of the app: %%bring functions.general_functions")
        from notebook_to_app.files.target_module import is_path, target_file, target_module
        from notebook_to_app.notebook.cell_history import CellHistory
        from notebook_to_app.notebook.whole_file import bring_template, bring_whole_module

        if is_path(names[0]):
            bring_template(target_file(names[0]), cell, self._ready())
            return
        target = target_module(names[0])
        if "--whole" in options:
            bring_whole_module(target, cell, self._ready())
            return
        parts = split_cell(self.shell, cell, target, everything="--all" in options)
        history = CellHistory(self.shell)
        if parts.definitions.strip() or "--test" not in options:
            self._ready().bring(target, parts, lambda name: history.explain_undefined(name, target.name, parts.tryouts))
        self._last = target.name
        if "--test" in options:
            from notebook_to_app.notebook.tests import write_tests_after_this_cell

            write_tests_after_this_cell(target, parts.tryouts, self._ready(), self.shell)

    def _bring_names(self, words: list[str]) -> None:
        names, module = _names_and_module(words)
        from notebook_to_app.core.module_editor import ModuleEditor
        from notebook_to_app.files.target_module import target_module
        from notebook_to_app.notebook.cell_history import CellHistory
        from notebook_to_app.notebook.dependencies import with_dependencies

        target = target_module(module)
        history = CellHistory(self.shell)
        in_module = {name for block in ModuleEditor(read(target.path) or b"").blocks for name in block.binds}
        code = with_dependencies(names, history, target.name, in_module - set(names))
        self._ready().bring(target, Cell(code, ""), lambda name: history.explain_undefined(name, target.name))
        self._last = target.name

    def _ready(self) -> Bringer:
        if self._bringer is None:
            from notebook_to_app.notebook.bringer import Bringer

            self._bringer = Bringer(self.shell)
        return self._bringer


def _shell_words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        raise Refusal("A quote is not closed.") from None


def _names_and_module(words: list[str]) -> tuple[list[str], str]:
    """``NAME … MODULE`` or ``NAME … --to MODULE``."""
    if len(words) > 2 and words[-2] == "--to":  # noqa: PLR2004 - a name, the option, and its value
        names, module = words[:-2], words[-1]
    elif len(words) > 1 and ("." in words[-1] or "/" in words[-1]):
        names, module = words[:-1], words[-1]
    else:
        raise Refusal("Name what to bring, and then the module: %bring count_words functions.text")
    for name in names:
        if not name.isidentifier():
            raise Refusal(f"{name} is no name of a function: %bring count_words functions.text")
    return names, module
