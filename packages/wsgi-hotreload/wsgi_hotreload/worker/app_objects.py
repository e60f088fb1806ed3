"""Find objects that the app has made."""

from __future__ import annotations

import gc
import weakref
from typing import Any, ClassVar


class AppObjects:
    """The garbage collector does not show what it has frozen, so what was found once is kept in mind."""

    _found: ClassVar[weakref.WeakSet[Any]] = weakref.WeakSet()

    @classmethod
    def of(cls, *types: type) -> list[Any]:
        """All of these types, or of classes derived from them; not from objects' ``__class__``, which may lie."""
        is_wanted: dict[type, bool] = {}
        for item in gc.get_objects():
            kind = type(item)
            wanted = is_wanted.get(kind)
            if wanted is None:
                wanted = is_wanted[kind] = issubclass(kind, types)
            if wanted:
                cls._found.add(item)
        return [item for item in cls._found if issubclass(type(item), types)]
