"""Each set-up is started once, for all tests of this folder, which end with a table of them: see table.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pytest

from host.conftest import Stack
from host.setups.engines import ARCHIVE
from host.setups.every_setup import SETUPS, SetUp


@dataclass
class Running:
    """A stack that runs in a set-up."""

    setup: SetUp
    stack: Stack


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where each set-up has a folder."""
    folders = tmp_path_factory.mktemp("setups")
    yield folders
    (folders / ARCHIVE).unlink(missing_ok=True)  # pytest would keep it, and it is large


@pytest.fixture(scope="module", params=SETUPS, ids=lambda setup: setup.name)
def running(request: pytest.FixtureRequest, folders: Path) -> Iterator[Running]:
    setup: SetUp = request.param
    with setup.stack(Path(mkdtemp(dir=folders))) as stack:
        try:
            setup.up(stack)
            yield Running(setup, stack)
        finally:
            stack.down()
