"""The newest Python that the packages are for: that of the images."""

import os
from pathlib import Path

from host.conftest import BASE_IMAGE, output


def test_the_tests_pass(script: tuple[str, Path]) -> None:
    command, folder = script
    owner = ("--user", f"{os.getuid()}:{os.getgid()}", "--env", "HOME=/tmp")
    container = ("docker", "run", "--rm", "--init", *owner, "--volume", f"{folder}:/folder", BASE_IMAGE)

    assert " passed" in output(*container, "sh", "-euc", command, "sh", "/folder", "python").splitlines()[-1]
