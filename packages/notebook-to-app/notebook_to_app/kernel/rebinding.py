"""Have a notebook's names and instances follow modules that were imported anew."""

import ast
import contextlib
import enum
import sys
from collections.abc import Mapping, MutableMapping
from types import FunctionType, ModuleType
from typing import Any

# How far instances are looked for within lists, tuples, sets and dictionaries.
DEPTH, MOST_ELEMENTS = 2, 10_000


class Imports(dict[str, tuple[str, str]]):
    """Which names the notebook has imported: from which module, and what."""

    def read(self, cell: str) -> None:
        """Note what a cell imports by ``from MODULE import NAME``."""
        if "import" not in cell:
            return
        # With magics, for example, the lines that parse by themselves.
        nodes = _parsed(cell) or [node for line in cell.splitlines() for node in _parsed(line)]
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                self.update({alias.asname or alias.name: (node.module, alias.name) for alias in node.names})


def rebind(old: Mapping[str, ModuleType], namespace: MutableMapping[str, Any], imports: Imports) -> None:
    """Exchange what names stand for, and the classes of instances."""
    pairs = _replacements(old)
    replacements = {id(one): other for one, other in pairs}
    classes = {one: other for one, other in pairs if isinstance(one, type) and isinstance(other, type)}
    for name, value in list(namespace.items()):
        source, attribute = imports.get(name, ("", ""))
        was_imported = source in old and vars(old[source]).get(attribute, namespace) is value
        if was_imported and hasattr(sys.modules.get(source), attribute):
            namespace[name] = getattr(sys.modules[source], attribute)
        elif id(value) in replacements:
            namespace[name] = replacements[id(value)]
        elif isinstance(value, enum.Enum) and type(value) in classes:
            namespace[name] = getattr(classes[type(value)], value.name, value)
        elif not name.startswith("_") and name not in {"In", "Out"}:
            _follow(value, classes, DEPTH)


def _replacements(old: Mapping[str, ModuleType]) -> list[tuple[Any, Any]]:
    """The modules, and the functions and classes that they define, with what there is of their name now."""
    pairs: list[tuple[Any, Any]] = []
    for name, module in old.items():
        if new := sys.modules.get(name):
            own = [key for key, value in vars(module).items() if isinstance(value, (FunctionType, type))]
            own = [key for key in own if vars(module)[key].__module__ == name and hasattr(new, key)]
            pairs += [(module, new), *((vars(module)[key], getattr(new, key)) for key in own)]
    return pairs


def _follow(value: Any, classes: dict[type, type], depth: int) -> None:  # noqa: ANN401 - anything
    """Make an instance one of the new class, and a class of the notebook's own a subclass of it."""
    if type(value) in classes:
        with contextlib.suppress(TypeError):  # another layout
            value.__class__ = classes[type(value)]
    elif isinstance(value, type) and any(base in classes for base in value.__bases__):
        with contextlib.suppress(TypeError):
            value.__bases__ = tuple(classes.get(base, base) for base in value.__bases__)
    elif depth and isinstance(value, (list, tuple, set, frozenset, dict)) and len(value) <= MOST_ELEMENTS:
        for element in value.values() if isinstance(value, dict) else value:
            _follow(element, classes, depth - 1)


def _parsed(code: str) -> list[ast.AST]:
    """All nodes of its tree; none if it does not parse."""
    try:
        return list(ast.walk(ast.parse(code.strip())))
    except (SyntaxError, ValueError):
        return []
