"""Bringing something into more than 200 modules that other people wrote."""

import ast
import contextlib
import itertools
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from notebook_support.merging import merged
from notebook_to_app.core.blocks import split_blocks
from notebook_to_app.core.merge import UndefinedNames

SMALLEST, LARGEST, COUNT = 300, 9000, 240
NEW = "# about it\ndef brought_by_a_test(value=1):\n    return value + 1\n"


def modules() -> list[Path]:
    """Modules of all installed packages, evenly chosen."""
    folder = Path(sysconfig.get_path("purelib"))
    found = sorted(path for path in folder.rglob("*.py") if SMALLEST < path.stat().st_size < LARGEST and compiles(path))
    return found[:: len(found) // COUNT]


def compiles(path: Path) -> bool:
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return False
    return True


def functions(module: bytes) -> Iterator[str]:
    """The functions that a module defines once, with the comments above them."""
    text = module.decode("utf-8-sig").replace("\r\n", "\n")
    bound = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    rebound = {
        node.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    for block in split_blocks(f"{text}\n")[0]:
        tree = block.trees[0]
        if isinstance(tree, ast.FunctionDef) and bound.count(tree.name) == 1 and tree.name not in rebound:
            yield block.source


@pytest.fixture(scope="module")
def real_modules() -> list[bytes]:
    found = [path.read_bytes() for path in modules()]
    assert len(found) >= 200
    return found


def test_a_new_function_leaves_everything_else_as_it_is(real_modules: list[bytes]) -> None:
    for module in real_modules:
        if b"__all__" in module:
            continue
        result = merged(module, NEW).data

        ast.parse(result)
        assert is_module_with_lines_added(result, module)
        assert b"def brought_by_a_test" in result
        assert merged(result, NEW).data == result


def is_module_with_lines_added(result: bytes, module: bytes) -> bool:
    """Whether one run of bytes was put into the module, and nothing else was changed."""
    added = len(result) - len(module)
    start = next((number for number, byte in enumerate(module) if result[number] != byte), len(module))
    return any(result[at + added :] == module[at:] for at in range(start, max(-1, start - 100), -1))


def test_a_modules_own_functions_change_nothing(real_modules: list[bytes]) -> None:
    count = 0
    for module in real_modules:
        for code in list(functions(module))[:3]:
            with contextlib.suppress(UndefinedNames):  # of functions that run with other globals than their module's
                assert merged(module, code).data == module
                count += 1
    assert count > 200


def test_a_replaced_function_leaves_everything_else_as_it_is(real_modules: list[bytes]) -> None:
    count = 0
    for module in real_modules:
        code = next(functions(module), "")
        if not code or code not in module.decode("utf-8-sig"):
            continue
        (tree,) = ast.parse(code).body
        assert isinstance(tree, ast.FunctionDef)
        replacement = f"def {tree.name}(*everything):\n    return everything\n"
        result = merged(module, replacement).data
        above = itertools.takewhile(lambda line: line.startswith("#"), code.splitlines())
        comments = "".join(line + "\n" for line in above)
        assert result == module.replace(code.encode(), (comments + replacement).encode(), 1)
        count += 1
    assert count > 100
