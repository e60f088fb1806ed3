"""Rename, move and delete definitions together with all that uses them.

Rope does it (https://rope.readthedocs.io), on a copy of the app's modules. What it changes there is written here,
all of it or nothing.
"""

from __future__ import annotations

import ast
import re
import shutil
import symtable
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rope.base.exceptions import RopeError
from rope.base.prefs import ImportPrefs
from rope.base.project import Project
from rope.contrib.findit import find_occurrences
from rope.refactor.move import create_move
from rope.refactor.rename import Rename

from notebook_to_app.core.blocks import IMPORTS, Block
from notebook_to_app.core.import_merger import ImportMerger
from notebook_to_app.core.import_statements import imports_of
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.app_files import app_files
from notebook_to_app.files.changes import Change
from notebook_to_app.files.target_module import TargetModule, is_own, source


def rename(module: TargetModule, old: str, new: str) -> list[Change]:
    """Give a definition another name, wherever the app uses it.

    Raises:
        Refusal: there is no such definition, or the new name is taken.
    """
    if not new.isidentifier():
        raise Refusal(f"{new} cannot be a name.")
    if ModuleEditor(module.path.read_bytes()).binding(new):
        raise Refusal(f"{module.title} has another {new} already: choose another name.")
    with _project() as project:
        resource, offset = _definition(project, module, old)
        changes = _changed_by(project, lambda: Rename(project, resource, offset).get_changes(new))
    _check_locals(changes, new)
    return changes


def move(module: TargetModule, name: str, to: TargetModule) -> list[Change]:
    """Put a definition into another module, which whatever uses it then imports it from.

    Raises:
        Refusal: there is no such definition, or the other module has one of its name.
    """
    if to.path.exists() and ModuleEditor(to.path.read_bytes()).binding(name):
        raise Refusal(f"{to.title} has another {name} already: rename one of both first.")
    with _project() as project:
        resource, offset = _definition(project, module, name)
        copy = Path(project.address) / to.title
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
        destination = project.get_file(to.title)
        changes = _changed_by(project, lambda: create_move(project, resource, offset).get_changes(destination))
    _check_locals(changes, name)
    changes = [
        replace(change, after=_with_tidy_imports(change.before or b"", change.after or b"")) for change in changes
    ]
    texts = {change.title: change.after or b"" for change in changes}
    if _imports(texts[to.title], module.name) and _imports(texts[module.title], to.name):
        raise Refusal(f"{module.title} and {to.title} would import each other: move what {name} needs first.")
    return changes


def delete(module: TargetModule, name: str) -> list[Change]:
    """Take a definition out, if nothing of the app uses it.

    Raises:
        Refusal: there is no such definition, or it is used.
    """
    with _project() as project:
        resource, offset = _definition(project, module, name)
        found = find_occurrences(project, resource, offset, unsure=False)
        data = module.path.read_bytes()
        editor = ModuleEditor(data)
        own = {line for index in editor.binding(name) for line in _lines_of(editor.blocks[index])}
        users = [
            f"{use.resource.path} (line {use.lineno})"
            for use in sorted(found, key=lambda use: (use.resource.path, use.lineno))
            if not (use.resource == resource and use.lineno in own)
        ]
    exports = [editor.blocks[index] for index in editor.binding("__all__")]
    users += [f"__all__ (line {block.line})" for block in exports if re.search(rf"['\"]{name}['\"]", block.code)]
    if users:
        raise Refusal(f"{name} is used in {', '.join(users)}: change that first.")
    for index in reversed(editor.binding(name)):
        editor.remove(index)
    return [Change(module.title, data, editor.encode())]


def mentions(name: str) -> list[str]:
    """The templates and other texts of the app with this word, which nothing here changes."""
    paths = [path for suffix in (".html", ".js", ".txt", ".xml") for path in app_files(suffix)]
    word = re.compile(rf"\b{re.escape(name)}\b")
    return sorted(str(path) for path in paths if word.search((source() / path).read_text(errors="replace")))


@contextmanager
def _project() -> Iterator[Any]:
    # Rope warns of what it will drop itself.
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        copy = Path(folder) / "app"
        for path in app_files(".py"):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source() / path, copy / path)
        # For rope, as for few others, a folder without this is no package.
        for package in {copy / parent for path in app_files(".py") for parent in path.parents} - {copy}:
            (package / "__init__.py").touch()
        project = Project(str(copy), ropefolder=None, imports=ImportPrefs("from-global"), pull_imports_to_top=False)
        try:
            yield project
        finally:
            project.close()


def _definition(project: Any, module: TargetModule, name: str) -> tuple[Any, int]:  # noqa: ANN401 - without types
    """Rope's file, and where in its text the name is defined."""
    resource = project.get_file(module.title)
    text = resource.read()
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        line = getattr(node, "lineno", 0)
        own = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name
        targets = [
            t for t in ast.walk(node) if isinstance(t, ast.Name) and t.id == name and isinstance(t.ctx, ast.Store)
        ]
        if own or (isinstance(node, (ast.Assign, ast.AnnAssign)) and targets):
            line = line if own else targets[0].lineno
            start = sum(map(len, lines[: line - 1]))
            found = re.compile(rf"\b{name}\b").search(text, start + (0 if own else targets[0].col_offset))
            if found:
                return resource, found.start()
    raise Refusal(f"{module.title} defines no {name} at its top level.")


def _changed_by(project: Any, get_changes: Callable[[], Any]) -> list[Change]:  # noqa: ANN401 - without types
    try:
        project.do(get_changes())
    except RopeError as error:
        raise Refusal(f"{error}: make the change by hand.") from None
    changes = []
    copy = Path(project.address)
    for path in app_files(".py", copy):
        after = (copy / path).read_bytes()
        before = (source() / path).read_bytes() if (source() / path).exists() else None
        if after != (before or b""):
            changes.append(Change(str(path), before, after))
    return changes


def _check_locals(changes: list[Change], name: str) -> None:
    """Refuse where a function has a variable of this name, which would hide the definition."""
    for change in changes:
        tables = [symtable.symtable((change.before or b"").decode(), change.title, "exec")]
        while tables:
            table = tables.pop()
            tables += table.get_children()
            if table.get_type() == "function" and name in table.get_identifiers() and table.lookup(name).is_local():
                where = f"{table.get_name()} in {change.title}"
                raise Refusal(f"{where} has a variable {name} of its own: rename that first.")


def _with_tidy_imports(before: bytes, after: bytes) -> bytes:
    """Put new imports where a person would."""
    known = {block.code for block in ModuleEditor(before).blocks}
    editor = ModuleEditor(after)
    new = [block for block in editor.blocks if isinstance(block.only, IMPORTS) and block.code not in known]
    for block in new:
        editor.remove(editor.blocks.index(block))
    for block in new:
        ImportMerger(editor, is_own).add(block)
    return re.sub(rb"(\r?\n)\s+\Z", rb"\1", editor.encode())  # what was above a definition that was last


def _imports(text: bytes, module: str) -> bool:
    return any(part.source == module for node in ast.parse(text).body for part in imports_of(node))


def _lines_of(block: Block) -> range:
    return range(block.line, block.line + block.text.count("\n") + 1)
