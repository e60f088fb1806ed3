"""The app's own files, without those of a virtual environment or the like within its folder."""

from __future__ import annotations

import ast
from pathlib import Path

from notebook_to_app.files.target_module import source
from wsgi_hotreload import SourceTree


def app_files(suffix: str, folder: Path | None = None) -> list[Path]:
    """The paths of files with a suffix, as seen from the app's source, or from a copy of it."""
    folder = folder or source()
    return sorted(path.relative_to(folder) for path in SourceTree(folder).files(suffix))


def users_of(module: str, name: str) -> list[str]:
    """The modules of the app that import a name from a module, or use it as an attribute of that."""
    users = []
    for path in app_files(".py"):
        text = (source() / path).read_text(errors="replace")
        if name in text and module.rpartition(".")[2] in text and _uses(text, module, name):
            users.append(str(path))
    return users


def _uses(text: str, module: str, name: str) -> bool:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return False
    package, _, own_name = module.rpartition(".")
    imported = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    by_name = any(node.module == module and any(alias.name in {name, "*"} for alias in node.names) for node in imported)
    as_module = any(node.module == package and any(alias.name == own_name for alias in node.names) for node in imported)
    as_module |= any(
        isinstance(node, ast.Import) and any(alias.name == module for alias in node.names) for node in nodes
    )
    return by_name or (as_module and any(isinstance(node, ast.Attribute) and node.attr == name for node in nodes))
