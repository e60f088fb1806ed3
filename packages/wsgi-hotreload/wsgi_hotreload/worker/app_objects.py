"""Find objects that the app has made."""

import gc
from typing import Any


def find(*types: type) -> list[Any]:
    """All of these types, or of classes derived from them; not from objects' ``__class__``, which may lie.

    What libraries made that were loaded ahead is frozen, and not among these.
    """
    items = gc.get_objects()
    wanted = {kind for kind in set(map(type, items)) if issubclass(kind, types)}
    return [item for item in items if type(item) in wanted]
