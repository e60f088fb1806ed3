"""Write files so that nobody ever sees half of one, and nobody's change is lost."""

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.rename import EXCHANGE, UNLESS_THERE, NotSupportedError, rename

# An editor opens, writes, and closes. What keeps a file open for longer is none.
WRITER_SECONDS = 5.0
RETRY_SECONDS = 0.0005


class ChangedMeanwhile(Refusal):
    """The file is not any more as it was read."""


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
        ChangedMeanwhile: the file is not as ``expected`` any more.
        Refusal: it may not be written.
    """
    if path.exists() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise Refusal(f"{path.name} is read-only: allow writing it first, with chmod u+w.")
    made = _make_folders(path.parent)
    # Hidden and without a suffix of Python's, so that the app does not reload for it.
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.bring")
    try:
        with beside.open("xb") as file:
            file.write(data)
        if path.exists():
            shutil.copymode(path, beside)
        with locked(path.parent):
            if read(path) != expected or not _takes_its_place(beside, path, data, expected):
                raise ChangedMeanwhile(f"{path.name} was changed by somebody else in this moment: run the cell again.")
    except OSError as error:
        _remove_folders(made)
        why = f"{path.name} cannot be written ({error.strerror}): check who owns {path.parent.name}."
        raise Refusal(why) from None
    finally:
        with contextlib.suppress(OSError):
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
    _remove_folders(folders)


def _takes_its_place(beside: Path, path: Path, data: bytes, expected: bytes | None) -> bool:
    """Put one file in the place of the other; False if somebody who takes no lock, as an editor, was faster."""
    try:
        if expected is None:
            rename(beside, path, UNLESS_THERE)
            return True
        rename(beside, path, EXCHANGE)
        _wait_for_writers(beside)
        if read(beside) == expected:
            return True
        rename(beside, path, EXCHANGE)
        _keep_newer(beside, path, data)
    except FileExistsError:
        pass
    except NotSupportedError:
        beside.replace(path)
        return True
    return False


def _keep_newer(beside: Path, path: Path, data: bytes) -> None:
    """What an editor has saved into our file, while that was in the place of the other, belongs there."""
    _wait_for_writers(beside)
    saved = read(beside) or b""
    if saved == data:
        return
    if saved.startswith(data):
        with path.open("ab") as file:
            file.write(saved.removeprefix(data))
    else:
        rename(beside, path, EXCHANGE)


def _wait_for_writers(path: Path) -> None:
    """Who has opened the file to write into it, before it had another name, shall do so before it is compared.

    A lease tells, which the kernel gives nobody as long as there is one: see fcntl(2).
    """
    descriptor = os.open(path, os.O_RDONLY)
    deadline = time.monotonic() + WRITER_SECONDS
    try:
        while time.monotonic() < deadline:
            with contextlib.suppress(BlockingIOError):
                fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                return
            time.sleep(RETRY_SECONDS)
    except OSError:
        pass  # a file system without leases
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let other kernels wait: nobody writes in between, as between a comparison and an exchange."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_folders(folders: list[Path]) -> None:
    for folder in reversed(folders):
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        if any(folder.iterdir()):
            return
        folder.rmdir()


def _make_folders(folder: Path) -> list[Path]:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()][::-1]
    try:
        for parent in missing:
            parent.mkdir()
    except OSError as error:
        raise Refusal(f"The folder {folder.name} cannot be made ({error.strerror}).") from None
    return missing
