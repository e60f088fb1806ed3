"""Find what refers to code of the app, in a process that is idle: rule 4 of this package."""

import gc
import sys
from collections.abc import Iterable
from types import CodeType, FunctionType
from typing import Any

from wsgi_hotreload.worker.code_swap import NotSwappableError
from wsgi_hotreload.worker.code_swap.comparison import CLASS_FACTS


class Holders:
    """The functions with code of the app by the identity of that, and its classes by module and name."""

    def __init__(self, prefix: str) -> None:
        self.functions: dict[int, list[FunctionType]] = {}
        self.classes: dict[tuple[str, str], list[type]] = {}
        generator = getattr(sys.modules.get("numpy.random"), "Generator", None)
        # What libraries made that were loaded ahead is frozen, and not among these. Types are asked for, as a weak
        # proxy says that it is an instance of what it refers to.
        for found in gc.get_objects():
            if type(found) is FunctionType:
                if found.__code__.co_filename.startswith(prefix):
                    self.functions.setdefault(id(found.__code__), []).append(found)
            elif type(found) is generator:
                raise NotSwappableError("the app draws random numbers of its own while it is loaded")
            elif issubclass(type(found), type) and CLASS_FACTS[0] in type.__dict__["__dict__"].__get__(found):
                self.classes.setdefault((found.__module__, found.__qualname__), []).append(found)
        gc.freeze()


def check_references(codes: list[CodeType], known: Iterable[int]) -> None:
    """Check that each code object is referred to by a known number of others, and this list.

    Raises:
        NotSwappableError: it is not.
    """
    (own,) = _reference_counts([object()])
    for index, (count, number) in enumerate(zip(_reference_counts(codes), known, strict=True)):
        if count - own != number:
            raise NotSwappableError("something else than functions holds the code", codes[index].co_qualname)


def _reference_counts(objects: list[Any]) -> list[int]:
    return [sys.getrefcount(item) for item in objects]
