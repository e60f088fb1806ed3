"""The oldest Python that the packages are for."""

from host.conftest import output
from host.packages.conftest import Script


def test_the_tests_pass(script: Script, oldest_python: str) -> None:
    assert " passed" in output("sh", "-euc", script.command, "sh", script.folder, oldest_python).splitlines()[-1]
