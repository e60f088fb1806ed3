"""The token that JupyterLab asks for: made at the first start, and kept."""

import os
import secrets
from pathlib import Path


def token(path: Path) -> str:
    """The token in the file, which is made if it is not there."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(24))
    return path.read_text()
