"""Make a test of what a cell has tried out."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from notebook_to_app.core.blocks import Block
from notebook_to_app.core.import_statements import Import, imports_of
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.names import GIVEN, names_of
from notebook_to_app.core.refusal import Refusal

# What works within an app context alone.
_OF_CONTEXTS = frozenset({"current_app", "g", "url_for"})


@dataclass(frozen=True)
class TriedOut:
    """What a cell has tried out, and what the module is that it brought."""

    tryouts: str
    # Of the last statement, if that is an expression.
    value: object
    module: str
    # What the module looks like now.
    module_data: bytes


def write_tests(tried: TriedOut, tests: bytes) -> tuple[str, list[str]]:
    """The code of a cell that brings tests into a file, and notes about what cannot be one.

    Raises:
        Refusal: there is nothing to test.
    """
    editor = ModuleEditor(tried.module_data)
    functions = {name: block for block in editor.blocks for name in block.binds}
    imports = {part.binds: part for node in ast.parse(tried.tryouts).body for part in imports_of(node)}
    cases: dict[str, list[str]] = {}
    needed: set[str] = set()
    notes = []
    for check in _checks(tried):
        (tree,) = ast.parse(check).body
        names = names_of(check).needs - GIVEN
        tested = [name for name in _names_in_order(tree) if name in functions]
        unknown = names - functions.keys() - imports.keys()
        if unknown or not tested:
            what = f"uses {' and '.join(sorted(unknown))}, which is" if unknown else "is about something that is"
            notes.append(f"No test: `{check}` {what} of the notebook alone.")
            continue
        needed |= names
        cases.setdefault(f"test_{tested[0].strip('_')}", []).append(check)
    if not cases:
        raise Refusal("\n".join(["There is no assert, and no call with a value, to make a test of.", *notes]))
    parts = [imports[name] if name in imports else Import(tried.module, name, None) for name in sorted(needed)]
    existing = {name: block for block in ModuleEditor(tests).blocks for name in block.binds}
    needs = frozenset[str]().union(*(functions[name].names.needs for name in needed & functions.keys()))
    in_context = bool(needs & _OF_CONTEXTS & functions.keys())
    code = [*map(str, parts), *(["from flask import Flask"] if in_context else [])]
    code += [_test(name, checks, existing.get(name), in_context=in_context) for name, checks in cases.items()]
    return "\n".join(code) + "\n", notes


def _checks(tried: TriedOut) -> list[str]:
    """The asserts of the try-outs, and one for the value that was shown."""
    body = ast.parse(tried.tryouts).body
    checks = [_text(node, tried) for node in body if isinstance(node, ast.Assert)]
    last = body[-1] if body else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and _is_literal(tried.value):
        operator = "is" if tried.value is None or isinstance(tried.value, bool) else "=="
        checks.append(f"assert {_text(last, tried)} {operator} {tried.value!r}")
    return checks


def _text(node: ast.stmt, tried: TriedOut) -> str:
    """As it is written, or on one line."""
    text = ast.get_source_segment(tried.tryouts, node) or ""
    return ast.unparse(node) if "\n" in text else text


def _is_literal(value: object) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError):
        return False


def _names_in_order(node: ast.AST) -> list[str]:
    names = [found for found in ast.walk(node) if isinstance(found, ast.Name)]
    return [name.id for name in sorted(names, key=lambda name: (name.lineno, name.col_offset))]


def _test(name: str, checks: list[str], existing: Block | None, *, in_context: bool) -> str:
    """A test function with these checks, or the existing one with what it does not check yet."""
    if existing is None:
        head = (
            f"def {name}(app: Flask) -> None:\n    with app.app_context():" if in_context else f"def {name}() -> None:"
        )
        indentation = " " * (8 if in_context else 4)
        return "\n".join([f"\n\n{head}", *(f"{indentation}{check}" for check in checks)])
    lines = existing.code.rstrip("\n").split("\n")
    indentation = lines[-1][: -len(lines[-1].lstrip())]
    for check in checks:
        same = [number for number, line in enumerate(lines) if _tested(line) == _tested(check)]
        if same and "==" in check:
            lines[same[0]] = f"{indentation}{check}"
        elif not same:
            lines.append(f"{indentation}{check}")
    return "\n\n" + "\n".join(lines)


def _tested(line: str) -> str:
    """What is compared with a value in a line."""
    return line.strip().partition(" == ")[0].partition(" is ")[0]
