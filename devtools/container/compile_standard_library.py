"""Compile those modules of the standard library that a program imports, named by the modules that it starts with.

Python's official images have the standard library without bytecode. A user who may not write there would
compile it at each start, for most of a start's time; all of it would be 40 MB.
"""

import importlib
import py_compile
import sys
import sysconfig
from importlib.util import cache_from_source
from pathlib import Path

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


def main(root: str, *modules: str) -> None:
    """Write the bytecode below a folder that takes the place of the root."""
    for module in modules:
        importlib.import_module(module)
    for module in sorted(sys.modules):
        source = getattr(sys.modules[module], "__file__", None) or ""
        if source.endswith(".py") and Path(source).is_relative_to(STANDARD_LIBRARY):
            py_compile.compile(
                source,
                cfile=root + cache_from_source(source),
                optimize=2,  # without docstrings, as -OO has them: a quarter less
                # That they are never checked makes them the same in each build, see PEP 552.
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
