"""An answer with an error shows the app's traceback, where a cell ends in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.kernel import Kernel
from support.reloading import APP, ReloadServer

StartKernel = Callable[..., Kernel]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "served").mkdir()
    (tmp_path / "served/app.py").write_text(
        APP.replace('return "{}"', "return str(1 / 0)").replace(
            "    return app", "    app.debug = True\n    return app"
        )
    )
    server = ReloadServer(tmp_path / "served", tmp_path / "log")
    server.status()
    server.settled_after(0)
    yield server.url
    server.stop()


def test_an_answer_of_500_shows_the_traceback(start_kernel: StartKernel, url: str) -> None:
    shown = start_kernel().value(f"import requests; requests.get('{url}')")

    assert shown.startswith("<Response [500]>\n\nTraceback (most recent call last):")
    assert "return str(1 / 0)" in shown
    assert shown.rstrip().endswith("ZeroDivisionError: division by zero")


def test_any_other_answer_is_shown_as_ever(start_kernel: StartKernel, url: str) -> None:
    assert start_kernel().value(f"import requests; requests.get('{url}/static/none')") == "<Response [404]>"
