"""The oldest Python that the packages are for. ``EVERY_TEST=1`` takes all of their tests."""

import os
from collections.abc import Callable

from host.packages.conftest import Script

# Whose subject is the same on each Python: what libraries do, and what is said between processes and to clients.
LEFT_OUT = [
    "connections",
    "databases",
    "endless_connections",
    "exclusive",
    "following_pages",
    "green_threads",
    "library_patches",
    "portable",
    "real_apps",
    "roles",
    "status",
    "torture",
]


def test_the_tests_pass(script: Script, on_oldest_python: Callable[..., str]) -> None:
    left_out = [] if os.environ.get("EVERY_TEST") else LEFT_OUT
    ignored = [f"--ignore=tests/test_{name}.py" for name in left_out]

    assert " passed" in on_oldest_python(script, *ignored).splitlines()[-1]
