"""The oldest Python that the packages are for. ``EVERY_TEST=1`` takes all of their tests."""

import os
from collections.abc import Callable

from host.packages.conftest import Script

# Whose subject is the same on each Python: how editors save, what libraries do, and what is said between processes and
# to clients.
LEFT_OUT = [
    "test_connections.py",
    "test_databases.py",
    "test_edges.py",
    "test_endless_connections.py",
    "test_exclusive.py",
    "test_following_pages.py",
    "test_green_threads.py",
    "test_library_patches.py",
    "test_portable.py",
    "test_real_apps.py",
    "test_roles.py",
    "test_status.py",
    "test_torture.py",
    "notebook",
    "packages",
]


def test_the_tests_pass(script: Script, on_oldest_python: Callable[..., str]) -> None:
    left_out = [] if os.environ.get("EVERY_TEST") else LEFT_OUT
    ignored = [f"--ignore=tests/{name}" for name in left_out]

    assert " passed" in on_oldest_python(script, *ignored).splitlines()[-1]
