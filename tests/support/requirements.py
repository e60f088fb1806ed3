"""The checkout's packages, for tests that run ``%add``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.editing import edited
from support.jupyter_cells import running_kernel

WORKSPACE = Path("/workspace")
# Pure Python, needs nothing, and nothing here needs it.
PACKAGE = "humanize"


def requirement_files() -> list[Path]:
    """What people write, and the locks."""
    return sorted(WORKSPACE.glob("*/requirements*"))


@pytest.fixture
def requirements_put_back(jupyter: str, token: str) -> Iterator[None]:
    """Afterwards the requirements are as before, and what was added is installed no more."""
    with edited(WORKSPACE) as checkout:
        for path in requirement_files():
            checkout.path(str(path.relative_to(WORKSPACE)))
        yield
    with running_kernel(jupyter, token) as cell:
        assert "flask" in cell("%add flask")
