"""Which names a piece of code binds, and which it needs: when it is run, or only when its functions are called.

Python's own symbol tables (https://docs.python.org/3/library/symtable.html) decide, so comprehensions,
class bodies, ``global`` and type parameters are what the compiler takes them for. What they do not know
is looked for in the syntax tree: names in annotations, which may be strings, or not be evaluated at all.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

# What IPython adds to the builtins of a kernel: the app does not have it.
OF_NOTEBOOKS = frozenset({"__IPYTHON__", "display", "get_ipython"})
# Bound in every module, or by the compiler.
GIVEN = (frozenset(dir(builtins)) - OF_NOTEBOOKS) | {
    "__annotations__",
    "__builtins__",
    "__conditional_annotations__",
    "__dict__",
    "__doc__",
    "__file__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
}

# Since Python 3.12, their variables stand in the table of the scope around them.
_INLINED = (ast.ListComp, ast.SetComp, ast.DictComp)
_RUN_AT_ONCE = frozenset({"module", "class", "type parameters"})
# What these hold in square brackets is no annotation, even where it is a string.
_WITHOUT_FORWARD_REFERENCES = frozenset({"Literal", "Annotated"})


@dataclass(frozen=True)
class Names:
    """The global names of a piece of code."""

    # By running it.
    binds: frozenset[str]
    # By calling its functions, which declare them ``global``.
    sets: frozenset[str]
    # For running it.
    needs_now: frozenset[str]
    # For calling its functions, or looking at its annotations.
    needs_later: frozenset[str]
    # The part of it that before Python 3.14 is needed for running it.
    in_annotations: frozenset[str]

    @property
    def needs(self) -> frozenset[str]:
        return self.needs_now | self.needs_later


def names_of(code: str) -> Names:
    """The names of code that stands at the top level of a module.

    Raises:
        SyntaxError: it does not compile.
    """
    tree = ast.parse(code)
    if any(isinstance(node, _INLINED) for node in ast.walk(tree)):
        code = ast.unparse(_AsGenerators().visit(tree))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for what, name in _symbols(symtable.symtable(code, "<code>", "exec"), at_once=True):
        found[what].add(name)
    in_annotations = frozenset(_annotated(tree)) - found["is local"]
    # `global COUNT` and then `COUNT += 1` needs what it sets, which symbol tables do not say.
    only_augmented = found["sets"] & _only_augmented(tree)
    return Names(
        binds=frozenset(found["binds"]),
        sets=frozenset(found["sets"] - only_augmented),
        needs_now=frozenset(found["needs now"]),
        needs_later=frozenset(found["needs later"] | only_augmented | in_annotations) - found["needs now"],
        in_annotations=in_annotations,
    )


class _AsGenerators(ast.NodeTransformer):
    """Makes comprehensions generator expressions, which keep their variables to themselves."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, (ast.ListComp, ast.SetComp)):
            return ast.GeneratorExp(node.elt, node.generators)
        if isinstance(node, ast.DictComp):
            return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)
        return node


def _symbols(table: symtable.SymbolTable, *, at_once: bool) -> Iterator[tuple[str, str]]:
    """Names, each with what the code does to it."""
    for symbol in table.get_symbols():
        # Of a function called ``top``, as the module is in these tables, local variables are said to be global, too.
        is_global = symbol.is_global() and (
            _kind(table) == "module" or symbol.is_declared_global() or not symbol.is_local()
        )
        if is_global and (symbol.is_assigned() or symbol.is_imported()):
            yield "binds" if at_once else "sets", symbol.get_name()
        if is_global and symbol.is_referenced():
            yield "needs now" if at_once else "needs later", symbol.get_name()
        if not is_global and not symbol.is_free():
            yield "is local", symbol.get_name()
    for child in table.get_children():
        is_run = _kind(child) in _RUN_AT_ONCE or child.get_name() == "genexpr"
        yield from _symbols(child, at_once=at_once and is_run)


def _kind(table: symtable.SymbolTable) -> str:
    """Its type, which is a word before Python 3.13, and a member of an enumeration with that value since."""
    return str(getattr(table.get_type(), "value", table.get_type()))


def _only_augmented(tree: ast.AST) -> set[str]:
    """The names that are assigned to in no other way."""
    targets = {node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign)}
    stored = {node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {name.id for name in stored & targets} - {name.id for name in stored.difference(targets)}


def _annotated(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if annotation:
            yield from _in_annotation(annotation)


def _in_annotation(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            yield from _in_annotation(ast.parse(node.value.strip(), mode="eval").body)
        except SyntaxError:
            return
    elif isinstance(node, ast.Subscript) and last_name(node.value) in _WITHOUT_FORWARD_REFERENCES:
        yield from _in_annotation(node.value)
        yield from (name.id for name in ast.walk(node.slice) if isinstance(name, ast.Name))
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _in_annotation(child)


def last_name(node: ast.expr) -> str:
    """``c`` of ``a.b.c``; nothing of what ends otherwise."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
