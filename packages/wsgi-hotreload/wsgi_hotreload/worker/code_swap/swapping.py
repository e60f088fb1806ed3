"""Prove that the app in this process differs from its edited source in code only, and exchange that."""

import linecache
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from wsgi_hotreload.watch.fingerprints import first_changed
from wsgi_hotreload.worker.code_swap import NotSwappableError
from wsgi_hotreload.worker.code_swap.comparison import CLASS_FACTS, Difference
from wsgi_hotreload.worker.code_swap.holders import Holders, check_references
from wsgi_hotreload.worker.code_swap.load_record import LINE_NAMES, LoadRecord


def swap(files: Iterable[str], record: LoadRecord, holders: Holders) -> None:
    """Bring the app to the state that it would have if these files were as they are now when it was loaded.

    Raises:
        NotSwappableError: that cannot be proven. The app is as it was.
    """
    # What was not imported, nor read otherwise, changes nothing.
    differences = {path: _module_difference(path, record) for path in files if path in record.modules}
    facts: list[tuple[type, str, Any]] = []
    for path, found in differences.items():
        # One reference is among the constants of the code around it, or for a module in the record.
        known = [1 + (id(code) in record.ran) + len(holders.functions.get(id(code), ())) for code in found.old]
        check_references(found.old, known)
        check_references(found.unborn, [1] * len(found.unborn))
        facts += _new_facts(record.modules[path].variables["__spec__"].name, found, holders)
    if (changed := first_changed(record.reads.files, record.reads.folders)) is not None:
        raise NotSwappableError("a file that the app has read has changed", changed)
    for found in differences.values():
        for old, new in zip(found.old, found.new, strict=True):
            for function in holders.functions.get(id(old), ()):
                function.__code__ = new
    for found_class, fact, value in facts:
        type.__setattr__(found_class, fact, value)
    linecache.checkcache()


def _module_difference(path: str, record: LoadRecord) -> Difference:
    if obstacle := record.obstacles.get(path):
        raise NotSwappableError(obstacle, path)
    module = record.modules[path]
    try:
        new = module.variables["__spec__"].loader.source_to_code(Path(path).read_bytes(), path)
    except Exception as error:
        raise NotSwappableError("the file cannot be compiled", path) from error
    found = Difference(module.code, new, record.ran, record.looked_at)
    if found.classes and not record.names.isdisjoint(CLASS_FACTS):
        raise NotSwappableError("what a class knows of its source was read while the app was loaded", path)
    # Warnings that are ignored leave but a version there.
    warned = module.variables.get("__warningregistry__", {}).keys() - {"version"}
    looks_at_lines = record.looks_at_frames or not LINE_NAMES.isdisjoint(record.names)
    if found.moves_lines_that_ran and (looks_at_lines or warned):
        raise NotSwappableError("line numbers were noted while the app was loaded", path)
    return found


def _new_facts(module: str, found: Difference, holders: Holders) -> Iterator[tuple[type, str, Any]]:
    for name, line, facts in found.classes:
        classes = [it for it in holders.classes.get((module, name), ()) if vars(it)["__firstlineno__"] == line]
        if not classes:
            raise NotSwappableError("a class of which the line has changed cannot be found", name)
        yield from ((it, fact, value) for it in classes for fact, value in facts.items())
