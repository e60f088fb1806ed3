"""Compare the code of a module as it was loaded with that of its edited file: rules 1 to 3 of this package."""

import dis
from collections.abc import Collection, Iterator
from types import CellType, CodeType, FunctionType
from typing import Any

from wsgi_hotreload.worker.code_swap import NotSwappableError

# What a class body stores about its own source: https://docs.python.org/3/reference/datamodel.html#type.__firstlineno__
CLASS_FACTS = ("__firstlineno__", "__static_attributes__")


class Difference:
    """What an edit has changed in a module, and so what is to be exchanged."""

    def __init__(self, old: CodeType, new: CodeType, ran: Collection[int], looked_at: Collection[int]) -> None:
        """``ran`` and ``looked_at`` are the identities of code objects.

        Raises:
            NotSwappableError: it is more than function bodies, or they cannot be exchanged.
        """
        # Each item has its successor at the same place of the other list.
        self.old: list[CodeType] = []
        self.new: list[CodeType] = []
        # What goes with one that never ran: the functions in it were never made.
        self.unborn: list[CodeType] = []
        # Of classes: qualified name, line before, and the new facts.
        self.classes: list[tuple[str, int, dict[str, Any]]] = []
        self.moves_lines_that_ran = False
        self._that_ran, self._looked_at = ran, looked_at
        self._compare(old, new)

    def _compare(self, old: CodeType, new: CodeType) -> None:
        if is_same(old, new):
            return
        where = old.co_qualname
        if _signature(old) != _signature(new):
            raise NotSwappableError("a signature has changed", where)
        if id(old) in self._looked_at:
            raise NotSwappableError("code was inspected while the app was loaded", where)
        self.old.append(old)
        self.new.append(new)
        if id(old) in self._that_ran:
            if _ran(old) != _ran(new):
                self._compare_class_bodies(old, new)
            self.moves_lines_that_ran |= _lines(old) != _lines(new)
            for nested_old, nested_new in zip(_nested(old), _nested(new), strict=True):
                self._compare(nested_old, nested_new)
        elif _docstring(old) != _docstring(new):
            raise NotSwappableError("a docstring has changed", where)
        else:
            self.unborn += _enclosed(old)

    def _compare_class_bodies(self, old: CodeType, new: CodeType) -> None:
        """Two that are not the same may still be so but for facts about their source, which are constants of theirs."""
        steps, facts = _steps(old)
        new_steps, new_facts = _steps(new)
        if not facts or steps != new_steps or _beside_steps(old) != _beside_steps(new):
            raise NotSwappableError("code that ran while the app was loaded has changed", old.co_qualname)
        self.classes.append((old.co_qualname, facts["__firstlineno__"], new_facts))


def is_same(old: CodeType, new: CodeType) -> bool:
    """Whether they are equal to the line. Comparing code objects compares most, and nested ones likewise."""
    return (
        old == new
        and old.co_qualname == new.co_qualname
        and _lines(old) == _lines(new)
        and all(is_same(*pair) for pair in zip(_nested(old), _nested(new), strict=True))
    )


def _lines(code: CodeType) -> tuple[int, bytes]:
    return code.co_firstlineno, code.co_linetable


def _signature(code: CodeType) -> tuple[object, ...]:
    """What a function object shows, but for its docstring."""
    parameters = code.co_argcount + code.co_kwonlyargcount
    parameters += bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)  # *args and **kwargs, see inspect.CO_VARARGS
    return (
        code.co_qualname,
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_varnames[:parameters],
        code.co_flags,
        code.co_freevars,
    )


def _docstring(code: CodeType) -> str | None:
    """As a function that is made of this code has it."""
    return FunctionType(code, {}, closure=tuple(CellType() for _ in code.co_freevars)).__doc__


def _ran(code: CodeType) -> tuple[object, ...]:
    """What running a code object depends on, except its lines and nested code objects."""
    return code.co_code, code.co_names, _typed(code.co_consts), _beside_steps(code)


def _beside_steps(code: CodeType) -> tuple[object, ...]:
    return code.co_varnames, code.co_cellvars, code.co_exceptiontable


def _steps(code: CodeType) -> tuple[list[object], dict[str, Any]]:
    """The instructions, and the class facts that they store, which are taken out."""
    steps: list[object] = []
    facts: dict[str, Any] = {}
    constants, constant = {"LOAD_CONST", "LOAD_SMALL_INT"}, None
    for instruction in dis.get_instructions(code):
        if instruction.opname == "STORE_NAME" and instruction.argval in CLASS_FACTS and steps:
            steps[-1] = "a fact"
            facts[instruction.argval] = constant
        elif instruction.opname in constants:
            constant = instruction.argval
            steps.append(_typed(constant))
        else:
            steps.append((instruction.opname, instruction.argrepr or instruction.arg))
    return steps, facts


def _typed(value: Any) -> Any:  # noqa: ANN401 - any constant
    """For comparisons in which 1, 1.0 and True differ, and code objects do not."""
    match value:
        case CodeType():
            return CodeType
        case tuple():
            return tuple(map(_typed, value))
        case frozenset():
            return frozenset(map(_typed, value))
    return type(value), repr(value)


def _nested(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def _enclosed(code: CodeType) -> Iterator[CodeType]:
    """All that are nested in it, at any depth."""
    for nested in _nested(code):
        yield nested
        yield from _enclosed(nested)
