"""A Jupyter server extension: which modules the app has, and what each defines, for the browser to complete."""

import ast
import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from jupyter_server.base.handlers import APIHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web

from wsgi_hotreload import SourceTree


def _load_jupyter_server_extension(server: ServerApp) -> None:
    path = url_path_join(server.web_app.settings["base_url"], "notebook-to-app/names")
    server.web_app.add_handlers(".*$", [(path, NamesHandler)])  # type: ignore[no-untyped-call]


def names(source: Path) -> dict[str, list[str]]:
    """The names that each module defines itself, in their order; none of one that does not parse."""
    found = {}
    for path in SourceTree(source).files(".py"):
        module = ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        try:
            found[module] = list(_defined(ast.parse(path.read_bytes())))
        except (SyntaxError, ValueError, OSError):
            found[module] = []
    return dict(sorted(found.items()))


def _defined(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


class NamesHandler(APIHandler):
    """``GET …/names``: for each module, what it defines."""

    @web.authenticated
    async def get(self) -> None:
        self.finish(await asyncio.to_thread(names, Path(os.environ["APP_SOURCE"])))
