"""What a person types: ``%%bring MODULE``, ``%bring NAME MODULE``, ``%bring --undo``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, magics_class

from notebook_to_app.core.cells import Cell, assigned_objects, split
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.atomic_write import read

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from notebook_to_app.files.target_module import TargetModule
    from notebook_to_app.notebook.bringer import Bringer

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

        takes the last one back, and then the one before. Where something cannot be done safely,
        a sentence says why, and nothing is written.

        Calls such as ``NAMES.append(…)``, on what the module assigns, and ``register(count_words)`` are
        written as well; ``%%bring functions.text --all`` writes every statement of the cell.
        ``%%bring templates/page.html`` writes the cell's text into that file. ``%bring --register routes.shop``
        registers the blueprint of a module in the factory.
        """
        words = _words(line)
        if cell is not None:
            self._bring_cell(words, cell)
        elif words == ["--undo"]:
            self._ready().undo()
        elif words[:1] == ["--register"] and len(words) == 2:  # noqa: PLR2004 - the option and its value
            from notebook_to_app.files.target_module import target_module

            self._ready().register(target_module(words[1]))
        else:
            self._bring_names(words)

    def _bring_cell(self, words: list[str], cell: str) -> None:
        everything = "--all" in words
        names = [word for word in words if word != "--all"]
        if len(names) != 1 or names[0].startswith("-"):
            raise Refusal("Name one module of the app: %%bring functions.general_functions")
        from notebook_to_app.files.target_module import is_path, target_file, target_module
        from notebook_to_app.notebook.cell_history import CellHistory

        if is_path(names[0]):
            self._ready().bring_file(target_file(names[0]), cell)
            return
        target = target_module(names[0])
        parts = _split(self.shell, cell, target, everything=everything)
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
        names = [word for word in _words(arguments) if word != "--all"]
        if len(names) != 1 or is_path(names[0]):
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
