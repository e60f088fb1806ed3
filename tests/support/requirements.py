"""The checkout's packages, for tests that run ``%add``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.editing import edited
from support.jupyter_cells import running_kernel


def requirement_files(checkout: Path) -> list[Path]:
    """What people write, and the locks."""
    return sorted(checkout.glob("*/requirements*"))


@contextmanager
def requirements_put_back(checkout: Path, jupyter: str, token: str) -> Iterator[None]:
    """Afterwards the requirements are as before, and what was added is installed no more."""
    with edited(checkout) as files:
        for path in requirement_files(checkout):
            files.path(str(path.relative_to(checkout)))
        yield
    with running_kernel(jupyter, token) as cell:
        assert "flask" in cell("%add flask")
