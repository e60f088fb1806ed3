"""An answer with an error shows the app's traceback, where a cell ends in it."""

from collections.abc import Callable

import pytest

from hotreload_support.server import APP, ReloadServer
from notebook_support.kernel import StartKernel

# Flask leaves an error to the server in debug mode only.
FAILING = APP.replace('return "{}"', "return str(1 / 0)").replace(
    "    return app", "    app.debug = True\n    return app"
)


@pytest.fixture
def url(serve: Callable[[str], ReloadServer]) -> str:
    return serve(FAILING).url


def test_an_answer_of_500_shows_the_traceback(start_kernel: StartKernel, url: str) -> None:
    shown = start_kernel().value(f"import requests; requests.get('{url}')")

    assert shown.startswith("<Response [500]>\n\nTraceback (most recent call last):")
    assert "return str(1 / 0)" in shown
    assert shown.rstrip().endswith("ZeroDivisionError: division by zero")


def test_any_other_answer_is_shown_as_ever(start_kernel: StartKernel, url: str) -> None:
    assert start_kernel().value(f"import requests; requests.get('{url}/static/none')") == "<Response [404]>"
