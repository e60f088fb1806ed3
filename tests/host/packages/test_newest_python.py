"""The newest Python that the packages are for: that of the images. ``EVERY_TEST=1`` takes all of their tests."""

import os
from pathlib import Path

from host.conftest import BASE_IMAGE, output
from host.packages.conftest import UV, Script

# The others run on this Python in the suite of the packages. Here it is about what each wheel says that it needs.
TESTS = {
    "wsgi-hotreload": ["tests/test_as_flask_run.py", "tests/test_debugging.py"],
    "notebook-to-app": ["tests/jupyter", "tests/notebook/test_server.py"],
}


def test_the_tests_pass(script: Script) -> None:
    owner = ("--user", f"{os.getuid()}:{os.getgid()}", "--env", "HOME=/tmp")
    uv = ("--volume", f"{UV}:/uv:ro", "--env", "UV=/uv")
    folder = Path(output(UV, "cache", "dir"))
    folder.mkdir(parents=True, exist_ok=True)  # or Docker would make it, as root's
    cache = ("--volume", f"{folder}:/uv-cache", "--env", "UV_CACHE_DIR=/uv-cache")
    mount = ("--volume", f"{script.folder}:/folder")
    container = ("docker", "run", "--rm", "--init", *owner, *uv, *cache, *mount, BASE_IMAGE)

    tests = [] if os.environ.get("EVERY_TEST") else TESTS[script.package]
    command = ("sh", "-euc", script.command, "sh", "/folder", "python", *tests)
    assert " passed" in output(*container, *command).splitlines()[-1]
