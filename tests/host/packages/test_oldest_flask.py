"""The oldest Flask that the reload server is for, on the newest Python that this Flask is for."""

from collections.abc import Callable
from pathlib import Path

from host.packages.conftest import script_of

NEEDS = "[debug] flask==2.2.* werkzeug==2.2.* pytest==9.* pytest-xdist==3.* requests==2.*"
# What the server uses of Werkzeug, and what an app finds there.
TESTS = ["tests/test_as_flask_run.py", "tests/test_debugging.py", "tests/test_following_pages.py"]


def test_an_app_is_served_debugged_and_followed(tmp_path: Path, on_oldest_python: Callable[..., str]) -> None:
    script = script_of("wsgi-hotreload", tmp_path, NEEDS)

    assert " passed" in on_oldest_python(script, *TESTS).splitlines()[-1]
