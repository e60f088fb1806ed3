"""Rename, move and delete definitions together with all that uses them.

Rope does it (https://rope.readthedocs.io), on a copy of the app's modules. What it changes there is written here,
all of it or nothing.
"""

import ast
import keyword
import re
import shutil
import symtable
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rope.base.exceptions import RopeError
from rope.base.prefs import ImportPrefs
from rope.base.project import Project
from rope.contrib.findit import find_occurrences
from rope.refactor.importutils import ImportTools
from rope.refactor.move import create_move
from rope.refactor.rename import Rename

from notebook_to_app.core.blocks import FUNCTIONS_AND_CLASSES, IMPORTS
from notebook_to_app.core.encodings import decoded
from notebook_to_app.core.import_merger import ImportMerger
from notebook_to_app.core.import_statements import imports_of
from notebook_to_app.core.module_editor import ModuleEditor
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.app_files import app_files, users_of
from notebook_to_app.files.atomic_write import read
from notebook_to_app.files.changes import Change
from notebook_to_app.files.target_module import TargetModule, is_own, source


def rename(module: TargetModule, old: str, new: str) -> list[Change]:
    """Give a definition another name, wherever the app uses it.

    Raises:
        Refusal: there is no such definition, or the new name is taken.
    """
    if not new.isidentifier() or keyword.iskeyword(new):
        raise Refusal(f"{new} cannot be a name.")
    if ModuleEditor(read(module.path) or b"").binding(new):
        raise Refusal(f"{module.title} has another {new} already: choose another name.")
    with _definition(module, old) as (project, resource, offset):
        changes = _changed_by(project, lambda: Rename(project, resource, offset).get_changes(new))
    _check_locals(changes, new)
    _check_free(changes, new)
    return changes


def move(module: TargetModule, name: str, to: TargetModule) -> list[Change]:
    """Put a definition into another module, which whatever uses it then imports it from.

    Raises:
        Refusal: there is no such definition, or the other module has one of its name.
    """
    if to.path.exists() and ModuleEditor(to.path.read_bytes()).binding(name):
        raise Refusal(f"{to.title} has another {name} already: rename one of both first.")
    with _definition(module, name) as (project, resource, offset):
        copy = Path(project.address) / to.title
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
        destination = project.get_file(to.title)
        mover = create_move(project, resource, offset)
        mover.import_tools = _CarefulImportTools(project, resource, module.name)
        changes = _changed_by(project, lambda: mover.get_changes(destination))
    _check_locals(changes, name)
    changes = [
        replace(change, after=_with_tidy_imports(change.before or b"", change.after or b"")) for change in changes
    ]
    _check_free(changes, name)
    texts = {change.title: change.after or b"" for change in changes}
    if _imports(texts[to.title], module.name) and _imports(texts[module.title], to.name):
        raise Refusal(f"{module.title} and {to.title} would import each other: move what {name} needs first.")
    return changes


def delete(module: TargetModule, name: str) -> list[Change]:
    """Take a definition out, if nothing of the app uses it.

    Raises:
        Refusal: there is no such definition, or it is used.
    """
    with _definition(module, name) as (project, resource, offset):
        found = find_occurrences(project, resource, offset, unsure=False)
        data = module.path.read_bytes()
        editor = ModuleEditor(data)
        blocks = [editor.blocks[index] for index in editor.binding(name)]
        own = {line for block in blocks for line in range(block.line, block.line + block.text.count("\n") + 1)}
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
def _definition(module: TargetModule, name: str) -> Iterator[tuple[Any, Any, int]]:
    """A project of rope's, its file, and where in the text of that the name is defined."""
    undefined = Refusal(f"{module.title} defines no {name} at its top level.")
    if not ModuleEditor(read(module.path) or b"").binding(name):
        raise undefined
    # Rope warns of what it will drop itself.
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        copy = Path(folder) / "app"
        for path in app_files(".py"):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source() / path, copy / path)
            # For rope, as for few others, a folder without this is no package.
            for package in path.parents[:-1]:
                (copy / package / "__init__.py").touch()
        imports = ImportPrefs("from-global")
        with closing(Project(str(copy), ropefolder=None, imports=imports, pull_imports_to_top=False)) as project:
            resource = project.get_file(module.title)
            if (offset := _offset(resource.read(), name)) is None:
                raise undefined
            yield project, resource, offset


def _offset(text: str, name: str) -> int | None:
    """Where a text defines the name at its top level, and does not just import it."""
    mark = len(text) - len(text.removeprefix("\ufeff"))
    text = text[mark:]
    lines = text.split("\n")
    for node in ast.parse(text).body:
        places: list[ast.stmt | ast.expr] = []
        if isinstance(node, FUNCTIONS_AND_CLASSES) and node.name == name:
            places = [node]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            names = (found for found in ast.walk(node) if isinstance(found, ast.Name) and found.id == name)
            places = [found for found in names if isinstance(found.ctx, ast.Store)]
        for place in places:
            above, line = lines[: place.lineno - 1], lines[place.lineno - 1]
            start = sum(len(it) + 1 for it in above) + len(line.encode()[: place.col_offset].decode())
            if match := re.compile(rf"\b{name}\b").search(text, start):
                return mark + match.start()
    return None


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
        tables = [symtable.symtable(decoded(change.before or b""), change.title, "exec")]
        while tables:
            table = tables.pop()
            tables += table.get_children()
            if table.get_type() == "function" and name in table.get_identifiers() and table.lookup(name).is_local():
                where = f"{table.get_name()} in {change.title}"
                raise Refusal(f"{where} has a variable {name} of its own: rename that first.")


def _check_free(changes: list[Change], name: str) -> None:
    """Refuse where a module that comes to have the name means something else by it, such as a builtin."""
    for change in changes:
        before, after = ModuleEditor(change.before or b""), ModuleEditor(change.after or b"")
        if len(after.binding(name)) <= len(before.binding(name)):
            continue
        if before.binding(name):
            raise Refusal(f"{change.title} has another {name} already: rename that first, or choose another name.")
        if any(name in block.names.needs for block in before.blocks):
            raise Refusal(f"{change.title} uses another {name} already: choose another name.")


class _CarefulImportTools(ImportTools):  # type: ignore[misc]  # without types
    """Takes imports out of the module that a definition leaves only if nothing else can have needed them.

    Those that nothing in the module has used before are there for what they do, or for who imports them from there.
    """

    def __init__(self, project: Project, resource: Any, module: str) -> None:  # noqa: ANN401 - likewise
        super().__init__(project)
        self._module = module
        imports = self.module_imports(project.get_pymodule(resource))
        before = [statement.import_info.get_import_statement() for statement in imports.imports]
        imports.remove_unused_imports()
        after = [statement.import_info.get_import_statement() for statement in imports.imports]
        self._kept = {one for one, other in zip(before, after, strict=True) if one != other}

    def organize_imports(self, *arguments: Any, **options: Any) -> str:  # noqa: ANN401 - likewise
        is_the_module_it_leaves = options == {"sort": False}
        if is_the_module_it_leaves:
            options["import_filter"] = self._may_go
        return str(super().organize_imports(*arguments, **options))

    def _may_go(self, statement: Any) -> bool:  # noqa: ANN401 - likewise
        text = statement.import_info.get_import_statement()
        names = {part.binds for node in ast.parse(text).body for part in imports_of(node)}
        return text not in self._kept and not any(users_of(self._module, name) for name in names)


def _with_tidy_imports(before: bytes, after: bytes) -> bytes:
    """Put new imports where a person would."""
    known = {block.code for block in ModuleEditor(before).blocks}
    editor = ModuleEditor(after)
    new = [block for block in editor.blocks if isinstance(block.only, IMPORTS) and block.code not in known]
    for block in new:
        editor.remove(editor.blocks.index(block))
    for block in new:
        ImportMerger(editor, is_own).add(block)
    # What was above a definition that was last, and below imports that were all there was above another.
    return re.sub(rb"\A[\r\n]+", b"", re.sub(rb"(\r?\n)\s+\Z", rb"\1", editor.encode()))


def _imports(text: bytes, module: str) -> bool:
    return any(part.source == module for node in ast.parse(text).body for part in imports_of(node))
