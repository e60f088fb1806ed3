"""The texts of a project that changes at random: see ``random_project``."""

# Imports every module below parts/, and responds with all their values and what their functions return.
APP = """\
import importlib
import json
from pathlib import Path

HERE = Path(__file__).parent


def create_app():
    names = sorted(".".join(path.relative_to(HERE).with_suffix("").parts) for path in HERE.glob("parts/**/*.py"))
    modules = [importlib.import_module(name) for name in names]

    def app(environ, start_response):
        values = {module.__name__: [module.VALUE, getattr(module, "show", list)()] for module in modules}
        body = json.dumps(values).encode()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]

    return app
"""

# Of all kinds of functions; at each "body" a number is edited, at each "line" a line comes or goes. Some run at import.
FUNCTIONS = """\
import functools
import sys
# line

VALUE = {number}


def twice(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        # line
        return {number}, function(*arguments), function(*arguments)  # body

    return wrapper


class Shape:
    NUMBER = {number}
    # line

    def method(self):
        self.own = {number}  # body
        return self.own, sys._getframe().f_lineno

    @property
    def area(self):
        return {number}  # body

    @twice
    def decorated(self):
        # line
        return {number}  # body

    def at_import(self):
        return {number}  # body


AT_IMPORT = Shape().at_import()


def generate():
    # line
    yield {number}  # body
    yield {number}  # body


SUSPENDED = generate() if VALUE % 4 == 0 else None


def make(number):
    def closure():
        return number, {number}  # body

    return closure


TABLE = [make(1), make(2), lambda: {number}]  # body


@functools.cache
def cached():
    return {number}  # body


if VALUE % 5 == 0:
    cached()


def show():
    # line
    shape = Shape()
    facts = [getattr(Shape, "__firstlineno__", 0), [f.__code__.co_firstlineno for f in (make, generate, show)]]
    facts += SUSPENDED.gi_code.co_consts if SUSPENDED else []
    called = [shape.method(), shape.area, shape.decorated(), list(generate()), cached()]
    return [VALUE, AT_IMPORT, Shape.NUMBER, called, [function() for function in TABLE], facts, {number}]  # body
"""

# Reads whatever is in a folder.
LISTING = """\
import pathlib

VALUE = [[str(path), path.read_text()] for path in sorted(pathlib.Path("data").rglob("*.txt"))]
"""

# What an interpreter that has never seen the project makes of it. The standard library may have its bytecode.
FRESH = """\
import functools, importlib, json, os, pathlib, sys
sys.dont_write_bytecode = True
sys.pycache_prefix = "/nonexistent"
sys.path.insert(0, os.getcwd())
try:
    from app import create_app
    sys.stdout.write(create_app()({}, lambda *_: None)[0].decode())
except BaseException as error:
    sys.stdout.write(f"{type(error).__name__}: ")
    sys.exit(1)
"""

BROKEN = ["VALUE = (\n", "import not_there\n", "raise RuntimeError('broken')\n", "import os\nos._exit(3)\n", "1 / 0\n"]
