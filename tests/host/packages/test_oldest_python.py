"""The oldest Python that the packages are for."""

from host.conftest import output
from host.packages.conftest import Script

# What libraries do is the same there: the suite of the packages takes these.
LEFT_OUT = ["--ignore", "tests/test_real_apps.py", "--ignore", "tests/test_green_threads.py"]


def test_the_tests_pass(script: Script, oldest_python: str) -> None:
    command = ("sh", "-euc", script.command, "sh", script.folder, oldest_python)
    assert " passed" in output(*command, *LEFT_OUT).splitlines()[-1]
