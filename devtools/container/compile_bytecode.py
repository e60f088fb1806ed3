"""Compile what a program imports, named by the modules that it starts with, and all packages that it does not use.

Python's official images have the standard library without bytecode. A user who may not write there would
compile it at each start, for most of a start's time; all of it would be 40 MB. Of the packages that the program
imports itself, the rest is for other uses; those that it does not import are the app's, and compiled as a whole.
"""

import importlib
import os
import sys
from importlib.util import cache_from_source
from pathlib import Path

STANDARD_LIBRARY = Path(os.__file__).parent
PACKAGES = Path(sys.prefix, "lib", STANDARD_LIBRARY.name, "site-packages")


def main(root: str, *modules: str) -> None:
    """Write the bytecode below a folder that takes the place of the root."""
    for module in modules:
        importlib.import_module(module)
    # Frozen modules are in the interpreter already.
    specs = [spec for module in sys.modules.values() if (spec := module.__spec__) and spec.origin != "frozen"]
    imported = {Path(spec.origin) for spec in specs if spec.origin and spec.origin.endswith(".py")}
    used = {path.relative_to(PACKAGES).parts[0] for path in imported if path.is_relative_to(PACKAGES)}

    for source in sorted(path for path in imported if path.is_relative_to(STANDARD_LIBRARY)):
        _compile(root, source, optimize=2)  # without docstrings, as -OO has them: a quarter less
    for source in sorted(PACKAGES.rglob("*.py")):
        if source in imported or source.relative_to(PACKAGES).parts[0] not in used:
            _compile(root, source, optimize=0)


def _compile(root: str, source: Path, optimize: int) -> None:
    import py_compile  # after the program's own modules are known

    py_compile.compile(
        str(source),
        cfile=root + cache_from_source(str(source)),
        optimize=optimize,
        # That they are never checked makes them the same in each build, see PEP 552.
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
