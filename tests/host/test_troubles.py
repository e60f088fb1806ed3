"""The page of known troubles says what is so."""

import re
from pathlib import Path

import pytest

from host.conftest import REPOSITORY, output

NAMED = re.findall(r"`(\S+\.py)::(\w+)`", (REPOSITORY / "docs/troubles.md").read_text())


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_each_test_that_is_named_exists(path: str, name: str) -> None:
    assert f"def {name}(" in (REPOSITORY / path).read_text()


def test_scripts_have_lf_in_a_checkout_of_windows(tmp_path: Path) -> None:
    windows = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")

    output("git", *windows, "clone", "--quiet", "--no-hardlinks", REPOSITORY, tmp_path / "clone")

    for script in ("devtools/container/as-owner", "devtools/lock.sh", "worker-node/run.py", ".ci/run"):
        assert b"\r" not in (tmp_path / "clone" / script).read_bytes()
