"""What is renamed keeps the encoding of its file."""

from pathlib import Path

import pytest

from notebook_to_app.files import refactor
from notebook_to_app.files.changes import apply
from notebook_to_app.files.target_module import target_module


@pytest.mark.parametrize(
    "module",
    [
        b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\n\n\ndef count(): return NAME\n",
        b"\xef\xbb\xbfdef count(): return 1\n",
    ],
    ids=["an encoding of its own", "a byte order mark"],
)
def test_a_renamed_definition_keeps_the_bytes_around_it(source: Path, module: bytes) -> None:
    (source / "functions/text.py").write_bytes(module)

    apply(refactor.rename(target_module("functions.text"), "count", "total"))

    assert (source / "functions/text.py").read_bytes() == module.replace(b"count", b"total")
