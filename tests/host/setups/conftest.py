"""Each set-up is started once, for all tests of this folder, which end with a table of them: see table.py."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from host.conftest import Stack
from host.setups.every_setup import SETUPS, SetUp


@dataclass
class Running:
    """A stack that runs in a set-up."""

    setup: SetUp
    stack: Stack


@pytest.fixture(scope="module", params=SETUPS, ids=lambda setup: setup.name)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    setup: SetUp = request.param
    with setup.stack(tmp_path_factory.mktemp("setup")) as stack:
        try:
            setup.up(stack)
            yield Running(setup, stack)
        finally:
            stack.down()
