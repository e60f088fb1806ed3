"""The oldest Python that the packages are for."""

from collections.abc import Callable

from host.packages.conftest import Script

# What libraries do is the same there: the suite of the packages takes these.
LEFT_OUT = ["--ignore", "tests/test_real_apps.py", "--ignore", "tests/test_green_threads.py"]


def test_the_tests_pass(script: Script, on_oldest_python: Callable[..., str]) -> None:
    assert " passed" in on_oldest_python(script, *LEFT_OUT).splitlines()[-1]
