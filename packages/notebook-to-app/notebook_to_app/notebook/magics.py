"""What a person types: ``%%bring MODULE``, ``%bring NAME MODULE``, ``%bring --undo``, ``%take NAME``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from notebook_to_app.core.cells import Cell, assigned_objects, split
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.atomic_write import read

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from notebook_to_app.files.target_module import TargetModule
    from notebook_to_app.notebook.bringer import Bringer

# What may follow the module after %%bring.
_CELL_OPTIONS = frozenset({"--all", "--whole"})
_HEAD = re.compile(r"%%bring(?![\w?])(.*)")


@magics_class
class BringMagics(Magics):
    """Both magics. What they need is imported when it is needed: a kernel starts without."""

    shell: InteractiveShell
    _bringer: Bringer | None = None

    @line_cell_magic
    def bring(self, line: str, cell: str | None = None) -> None:
        """Bring functions from the notebook into the app.

        ::

            %%bring functions.text

            # about it
            def count_words(text: str) -> int:
                return len(text.split())

            count_words("tried out right here")

        writes the definitions of this cell into ``worker-node/functions/text.py``, and runs the rest here.
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
        makes the cell the whole module. ``%%bring templates/page.html`` writes the cell's text into that file.

        ::

            %bring --undo functions.text
            %bring --register routes.shop
            %bring --rename functions.text.count_words count_all
            %bring --move functions.text.count_words functions.words
            %bring --delete functions.text.count_words

        take back what changed one file last, register the blueprint of a module in the factory, and change
        a definition together with everything in the app that uses it.
        """
        words = _words(line)
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
        words = _words(line)
        if len(words) != 1:
            raise Refusal("Name what to take: %take functions.text.count_words")
        from notebook_to_app.notebook.take import cell_for

        self.shell.set_next_input(cell_for(words[0], self._ready()))

    def _bring_cell(self, words: list[str], cell: str) -> None:
        options = {word for word in words if word.startswith("--")}
        names = [word for word in words if word not in options]
        if len(names) != 1 or options - _CELL_OPTIONS:
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
        parts = _split(self.shell, cell, target, everything="--all" in options)
        history = CellHistory(self.shell)
        self._ready().bring(target, parts, lambda name: history.explain_undefined(name, target.name, parts.tryouts))

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

    def _ready(self) -> Bringer:
        if self._bringer is None:
            from notebook_to_app.notebook.bringer import Bringer

            self._bringer = Bringer(self.shell)
        return self._bringer


def run_tryouts_as_a_cell(shell: InteractiveShell) -> Callable[[list[str]], list[str]]:
    """Make an input transformer that has try-outs follow ``%%bring`` as a cell's ordinary code.

    So their last value is displayed, ``await`` works, and tracebacks show the lines as they are in the cell.
    """

    def transform(lines: list[str]) -> list[str]:
        head = _HEAD.match(lines[0]) if lines else None
        if not head:
            return lines
        from notebook_to_app.files.target_module import is_path, target_module

        arguments, body = head[1].strip(), "".join(lines[1:])
        names = [word for word in _words(arguments) if word not in _CELL_OPTIONS]
        if len(names) != 1 or is_path(names[0]) or "--whole" in arguments:
            return lines
        try:
            parts = _split(shell, body, target_module(names[0]), everything="--all" in arguments)
        except (Refusal, SyntaxError):
            return lines  # the magic reports it
        if not parts.has_tryouts:
            return lines
        call = f"get_ipython().run_cell_magic('bring', {arguments!r}, {body!r})\n"
        return [call, *parts.tryouts.splitlines(keepends=True)]

    # Not to be applied to what is still being typed, in a terminal.
    transform.has_side_effects = True  # type: ignore[attr-defined]
    return transform


def _split(shell: InteractiveShell, body: str, target: TargetModule, *, everything: bool) -> Cell:
    """The parts of a cell, with magics in it as Python.

    Raises:
        Refusal: it does not parse.
    """
    if body.lstrip().startswith("%%"):
        raise Refusal(f"{body.split(maxsplit=1)[0]} cannot stand in a cell that is brought: write it above %%bring.")
    # Which takes blank lines at the beginning away.
    blank = len(body) - len(body.lstrip("\n"))
    code = "\n" * blank + shell.input_transformer_manager.transform_cell(body)
    try:
        objects = assigned_objects(read(target.path) or b"")
        return split(code, target.name, objects, everything=everything)
    except SyntaxError as error:
        line = (error.lineno or 0) + 1
        raise Refusal(f"Line {line} of the cell does not parse ({error.msg}).") from None


def _words(line: str) -> list[str]:
    """The words of a line without its comment."""
    return line.split("#", maxsplit=1)[0].split()


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
