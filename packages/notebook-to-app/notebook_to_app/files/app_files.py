"""The app's own files, without those of a virtual environment or the like within its folder."""

import ast
from pathlib import Path

from notebook_to_app.core.import_statements import imports_of
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
    imports = [part for node in nodes for part in imports_of(node)]
    by_name = any(part.source == module and part.name in {name, "*"} for part in imports)
    as_module = any((part.source, part.name) in {(module, None), (package, own_name)} for part in imports)
    return by_name or (as_module and any(isinstance(node, ast.Attribute) and node.attr == name for node in nodes))
