"""The oldest Python that the packages are for."""

import os
import shutil
import sys

import pytest

from host.conftest import output
from host.packages.conftest import Script

OLDEST = "python3.11"


def test_the_tests_pass(script: Script) -> None:
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which(OLDEST)
    if not python:
        assert "CI" not in os.environ, "CI has it"
        pytest.skip(f"no {OLDEST} here")

    assert " passed" in output("sh", "-euc", script.command, "sh", script.folder, python).splitlines()[-1]
