"""Serve edits of function bodies by swapping code in a copy of the fully loaded app.

To import the app and call its factory again takes longer, and would end in the same state. That it would is proven for
each save, file by file. Where the proof fails, the app is loaded, and ``NotSwappableError`` says why.

**The rule.** Let *old* be the tree of code objects that ran when the module was imported, and *new* the one that the
edited file compiles to. A code object *has run* if it was started while the app was loaded.

1. What has run (the module, class bodies, decorators, the factory, ...) is the same in both: instructions, names,
   constants, and so default values and annotations. Only its line numbers, and the code of functions nested in it, may
   differ.
2. What has not run may differ, except in what its function object shows: name, parameters, closure, docstring, kind.
3. Nobody looked at code that differs: reading ``__code__`` or ``f_code`` raises an audit event. To look at parameters
   alone, as ``inspect.signature`` does, is harmless. Nobody read the file either, except the import of the module.
4. Every reference to a code object that differs is known: it is among the constants of the code around it, or of a
   function that a search of the heap has found. Their number must be the reference count. So no suspended generator, no
   frame of a traceback, and no object of an extension runs the old code.
5. Each module was imported once, by the ordinary loader, without a tracer or another monitoring tool.

Then a fresh interpreter would run the same instructions in the same order, and end with the same objects, except that
functions have the new code. So these functions get it, and no others. As lines below an edit move, that includes all
functions there. Classes get their new ``__firstlineno__`` and ``__static_attributes__``.

Other files that the app has read must be unchanged: see ``file_access``. What two processes must not share is checked
before the app is copied: see ``fork_hazards`` and ``LoadRecord.check``. Pools of database connections begin empty.

What the load has taken from the clock or the network is as it was then, and so are line numbers that it has logged. If
code of the app itself looks at frames or at the lines of exceptions, edits that move lines of what has run are not
swapped; and if it looks at what classes know of their source, those that change that are not.
"""


class NotSwappableError(Exception):
    """The app must be loaded: ``reason`` is a kind of obstacle, ``where`` the name of what it was found at."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason, where)
        self.reason = reason
        self.where = where
