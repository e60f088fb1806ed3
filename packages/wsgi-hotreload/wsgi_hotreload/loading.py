"""Make the app from its factory, or report in words why that is not possible."""

import ast
import contextlib
import importlib
import importlib.util
import inspect
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# As in ``wsgiref.types``, which takes longer to import.
WSGIApplication = Callable[..., Any]
WSGIEnvironment = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]

# Where ``flask run`` looks for the app, too, if nobody says.
USUAL_NAMES = ("app", "application", "create_app", "make_app")
# Lines of the server, and of the import system.
_SERVERS_OWN = (str(Path(__file__).parent), "<frozen ", str(importlib.__file__))

# What is raised for what the code is, and hardly for what a port, a lock or a file is.
_ERRORS_OF_CODE = (SyntaxError, NameError, AttributeError, TypeError, ImportError, LookupError, ArithmeticError)


@dataclass(frozen=True)
class Failure:
    """Why there is no app: one sentence, and the traceback if code of the app raised."""

    summary: str
    traceback: str = ""
    # Whether the same code fails again for sure, whatever other processes there are.
    is_certain: bool = True

    def __str__(self) -> str:
        return f"{self.summary}\n\n{self.traceback}" if self.traceback else self.summary


def load(factory: str, source: Path) -> WSGIApplication | Failure:
    """Import what ``factory`` names, and call it if it is a function without required parameters.

    It is written as for ``flask run``: ``module:function``, ``module:function('argument', name=1)``, ``module:app``, or
    just ``module``. Whatever code of the app raises, ``SystemExit`` too, makes a Failure.
    """
    module_name, _, expression = factory.partition(":")
    try:
        name, arguments, keywords = _parsed(expression) if expression else ("", [], {})
    except (SyntaxError, ValueError):
        return Failure(f"{factory!r} names no app: write module:function, or module:function('argument').")
    try:
        if importlib.util.find_spec(module_name) is None:
            return Failure(f"There is no {module_name}.py in {source}: the app is made by {factory}.")
        module = importlib.import_module(module_name)
        found = getattr(module, name or next((it for it in USUAL_NAMES if hasattr(module, it)), ""), None)
        if found is None:
            names = f"{name}()" if name else " or ".join(USUAL_NAMES)
            return Failure(f"{module_name}.py defines no {names}: the app is made by {factory}.")
        is_called = expression.endswith(")") or not _is_app(found)
        app: WSGIApplication = found(*arguments, **keywords) if is_called else found
    except BaseException as error:  # noqa: BLE001 - whatever it is, the server lives and shows it
        summary = f"The app cannot be loaded: {in_one_line(error)}"
        return Failure(summary, traceback_of(error, source), is_certain=isinstance(error, _ERRORS_OF_CODE))
    if not callable(app):
        return Failure(f"{name}() in {module_name}.py returned {app!r}, which is no app: is a return missing?")
    return app


def _parsed(expression: str) -> tuple[str, list[Any], dict[str, Any]]:
    """The name, and the arguments, which are literals.

    Raises:
        SyntaxError, ValueError: it is something else.
    """
    match ast.parse(expression, mode="eval").body:
        case ast.Name(name):
            return name, [], {}
        case ast.Call(ast.Name(name), arguments, keywords):
            literals = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in keywords}
            return name, list(map(ast.literal_eval, arguments)), literals
    raise ValueError


def _is_app(found: Any) -> bool:  # noqa: ANN401 - whatever has that name
    """Whether it takes the two arguments of a WSGI app, and is not a factory, which takes none."""
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):  # it is written in C, or not callable
        return False
    with contextlib.suppress(TypeError):
        signature.bind()
        return False
    with contextlib.suppress(TypeError):
        signature.bind({}, None)
        return True
    return False


def routes_of(app: WSGIApplication | Failure) -> list[dict[str, Any]]:
    """The routes of a Flask app, or of any that keeps them in the same way; an empty list for others."""
    from werkzeug.routing import Map  # which a kernel of the notebooks does not need for its start

    url_map = getattr(app, "url_map", None)
    if not isinstance(url_map, Map):
        return []
    return [
        {"rule": rule.rule, "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}), "endpoint": rule.endpoint}
        for rule in url_map.iter_rules()
    ]


def in_one_line(error: BaseException) -> str:
    text = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    if isinstance(error, SyntaxError) and error.filename:
        return f"{text} ({error.filename}, line {error.lineno})"
    return text


def traceback_of(error: BaseException, source: Path) -> str:
    """The traceback from the app's first line on: how the server got there is of no use to anybody."""
    summary = traceback.TracebackException.from_exception(error, compact=True)
    frames = list(summary.stack)
    of_app = (i for i, frame in enumerate(frames) if Path(frame.filename).is_relative_to(source))
    summary.stack = traceback.StackSummary.from_list(
        [frame for frame in frames[next(of_app, 0) :] if not frame.filename.startswith(_SERVERS_OWN)]
    )
    return "".join(summary.format()).rstrip()
