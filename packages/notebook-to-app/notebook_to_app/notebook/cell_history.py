"""What this notebook knows about a name: the cell that defines it, and what it is."""

from __future__ import annotations

import ast
import contextlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from notebook_to_app.core.blocks import FUNCTIONS_AND_CLASSES, IMPORTS, Block, separate, split_blocks
from notebook_to_app.core.import_statements import Import, imports_of
from notebook_to_app.core.names import OF_NOTEBOOKS, last_name, names_of
from notebook_to_app.files.target_module import is_own

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

# Magics that run their cell's code in the notebook.
_RUNNING_MAGICS = frozenset({"time", "capture", "prun"})
# What makes constants, even where it is called.
_MAKERS_OF_CONSTANTS = frozenset(
    {"compile", "frozenset", "getLogger", "namedtuple", "NewType", "ParamSpec", "Path", "timedelta", "TypeVar"}
)


@dataclass(frozen=True)
class Found:
    """The definition of a name in a cell."""

    cell: int
    block: Block

    def import_of(self, name: str) -> Import | None:
        """How the name is imported, if it is."""
        return next((part for part in imports_of(self.block.trees[0]) if part.binds == name), None)

    @property
    def is_data(self) -> bool:
        """Whether this is the result of a computation, and neither a definition nor a constant."""
        tree = self.block.trees[0]
        is_definition = isinstance(tree, (*FUNCTIONS_AND_CLASSES, *IMPORTS, ast.If, ast.Try))
        if is_definition or type(tree).__name__ == "TypeAlias":
            return False
        if not isinstance(tree, (ast.Assign, ast.AnnAssign)) or tree.value is None:
            return True
        is_named_as_constant = all(len(name) > 1 and name.isupper() for name in self.block.names.binds)
        return not (is_named_as_constant or isinstance(tree.value, ast.Lambda)) and _computes(tree.value)


class CellHistory:
    """The cells that this kernel has run."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    def definition(self, name: str) -> Found | None:
        """The newest definition of a name in a cell before this one."""
        cells: list[str] = self._shell.user_ns.get("In", [])
        for number in range(len(cells) - 2, 0, -1):
            for block in reversed(self._blocks(cells[number]) if name in cells[number] else []):
                # `await` outside of a function does not compile, and defines nothing to bring.
                with contextlib.suppress(SyntaxError):
                    if name in block.names.binds:
                        return Found(number, block)
        return None

    def is_data(self, name: str, found: Found) -> bool:
        """Whether a name stands for the result of a computation, and neither for a definition nor a constant."""
        return found.is_data or hasattr(self._shell.user_ns.get(name), "__array__")

    def import_from_app(self, name: str) -> Import | None:
        """How to import what the name stands for, if that is a function or class of the app's."""
        value = self._shell.user_ns.get(name)
        module = getattr(value, "__module__", None)
        if not isinstance(module, str) or not is_own(module.partition(".")[0]):
            return None
        own_name = getattr(value, "__name__", name)
        if getattr(sys.modules.get(module), own_name, None) is not value:
            return None
        return Import(module, own_name, name if own_name != name else None)

    def explain_undefined(self, name: str, module: str, tryouts: str = "") -> str:
        """Where a name comes from that a module does not have, and what to do, in a sentence.

        ``tryouts`` is what of the cell runs in the notebook alone.
        """
        # In a try-out, these can only be imports of the module itself.
        if name in {part.binds for node in ast.parse(tryouts).body for part in imports_of(node)}:
            return f"{name} would be an import of the module from itself: use what it has under its own names."
        if name in _bound_by(tryouts):
            return f"{name} is set by what runs in the notebook alone: make it a plain assignment."
        if name in OF_NOTEBOOKS:
            what = "Magics and shell commands work" if name == "get_ipython" else f"{name} works"
            return f"{what} in notebooks alone: take this out of what is brought."
        from_app = self.import_from_app(name)
        if from_app:
            return f"{name} is in {from_app.source}: add `{from_app}`."
        return self._explain_by_cells(name, module)

    def _explain_by_cells(self, name: str, module: str) -> str:
        found = self.definition(name)
        if found is None:
            has_it = name in self._shell.user_ns
            return f"{name} is {'in the notebook, but no cell defines it' if has_it else 'not defined anywhere'}."
        its_import = found.import_of(name)
        if its_import:
            return f"{name} is imported in In [{found.cell}]: add `{its_import}`."
        if self.is_data(name, found):
            kind = type(self._shell.user_ns.get(name)).__name__
            return f"{name} is data of In [{found.cell}] ({kind}): pass it as an argument, or define it in this cell."
        return f"{name} is defined in In [{found.cell}]: `%bring {name} {module}` brings it."

    def _blocks(self, code: str) -> list[Block]:
        try:
            blocks, _ = split_blocks(self._without_magic(code))
        except SyntaxError:
            return []
        return [part for block in blocks for part in separate(block)]

    def _without_magic(self, code: str) -> str:
        """The code of a cell that begins with a magic such as ``%%time``."""
        match ast.parse(code).body:
            case [ast.Expr(ast.Call(ast.Attribute(_, "run_cell_magic"), [ast.Constant(magic), _, ast.Constant(body)]))]:
                runs = magic in _RUNNING_MAGICS
                return str(self._shell.input_transformer_manager.transform_cell(body)) if runs else ""
        return code


def _bound_by(code: str) -> frozenset[str]:
    try:
        return names_of(code).binds
    except SyntaxError:  # `await` outside of a function, which is allowed in cells
        return frozenset()


def _computes(value: ast.expr) -> bool:
    return any(
        isinstance(node, (ast.Await, ast.comprehension))
        or (isinstance(node, ast.Call) and last_name(node.func) not in _MAKERS_OF_CONSTANTS)
        for node in ast.walk(value)
    )
