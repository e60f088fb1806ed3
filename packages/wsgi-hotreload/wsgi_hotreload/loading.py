"""Make the app from its factory, or report in words why that is not possible."""

import importlib
import importlib.util
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WSGIApplication = Callable[..., Any]

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
    """Import ``module:function`` and call the function.

    Whatever code of the app raises at import or in the factory, ``SystemExit`` too, makes a Failure.
    """
    module_name, _, function_name = factory.partition(":")
    try:
        if importlib.util.find_spec(module_name) is None:
            return Failure(f"There is no {module_name}.py in {source}: the app is made by {factory}.")
        module = importlib.import_module(module_name)
        create = getattr(module, function_name, None)
        if create is None:
            return Failure(f"{module_name}.py defines no {function_name}(): the app is made by {factory}.")
        app: WSGIApplication = create()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the server lives and shows it
        summary = f"The app cannot be loaded: {_in_one_line(error)}"
        return Failure(summary, traceback_of(error, source), is_certain=isinstance(error, _ERRORS_OF_CODE))
    if not callable(app):
        return Failure(f"{function_name}() in {module_name}.py returned {app!r}, which is no app: is a return missing?")
    return app


def routes_of(app: WSGIApplication) -> list[dict[str, Any]]:
    """The routes of a Flask app, or of any that keeps them in the same way; an empty list for others."""
    from werkzeug.routing import Map  # which a kernel of the notebooks does not need for its start

    url_map = getattr(app, "url_map", None)
    if not isinstance(url_map, Map):
        return []
    return [
        {"rule": rule.rule, "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}), "endpoint": rule.endpoint}
        for rule in url_map.iter_rules()
    ]


def _in_one_line(error: BaseException) -> str:
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
