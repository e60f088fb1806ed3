"""Write files so that nobody ever sees half of one, and nobody's change is lost."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from bring.refusal import Refusal


def read(path: Path) -> bytes | None:
    """The content of a file, or None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read ({error.strerror}).") from None


def write(path: Path, data: bytes, *, expected: bytes | None) -> list[Path]:
    """Exchange the content of a file at once, or make it. Returns the folders that were made for it.

    The mode of the file stays.

    Raises:
        Refusal: the file is not as ``expected`` any more, or may not be written.
    """
    _check_writable(path)
    made = _make_folders(path.parent)
    # Hidden and without a suffix of Python's, so that the app does not reload for it.
    try:
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".bring", dir=path.parent)
    except OSError as error:
        raise Refusal(f"{path.name} cannot be written ({error.strerror}): check who owns its folder.") from None
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        beside.chmod(_mode(path))
        if read(path) != expected:
            raise Refusal(f"{path.name} was changed by somebody else in this moment: run the cell again.")
        beside.replace(path)
    except OSError as error:
        raise Refusal(f"{path.name} cannot be written ({error.strerror}).") from None
    finally:
        beside.unlink(missing_ok=True)
    return made


def remove(path: Path, folders: list[Path], *, expected: bytes) -> None:
    """Delete a file, and folders that were made for it if they are empty.

    Raises:
        Refusal: the file is not as ``expected`` any more.
    """
    if read(path) != expected:
        raise Refusal(f"{path.name} was changed by somebody else since: delete it by hand.")
    path.unlink()
    for folder in reversed(folders):
        cache = folder / "__pycache__"
        if cache.is_dir():
            for file in cache.iterdir():
                file.unlink()
            cache.rmdir()
        if any(folder.iterdir()):
            return
        folder.rmdir()


def _check_writable(path: Path) -> None:
    if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise Refusal(f"{path.name} is read-only: allow writing it first, with chmod u+w.")


def _make_folders(folder: Path) -> list[Path]:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()][::-1]
    try:
        for parent in missing:
            parent.mkdir()
    except OSError as error:
        raise Refusal(f"The folder {folder.name} cannot be made ({error.strerror}).") from None
    return missing


def _mode(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
