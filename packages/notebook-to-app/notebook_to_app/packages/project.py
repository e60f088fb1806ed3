"""The requirements of the whole project, and its script that locks them."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from notebook_to_app.core.lock_errors import sentence
from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import atomic_write

SCRIPT = "devtools/lock.sh"

# By their path in the project, such as app/requirements.in.
Files = dict[str, bytes]


def read(root: Path) -> Files:
    """All ``requirements*.in`` and their locks, which are in one folder each."""
    found = (path for ending in ("in", "txt") for path in root.glob(f"*/requirements*.{ending}"))
    return {str(path.relative_to(root)): atomic_write.read(path) or b"" for path in found}


def locked(root: Path, files: Mapping[str, bytes], environment: Mapping[str, str]) -> Files:
    """The files as the project's script leaves them. It works on a copy.

    Raises:
        Refusal: what is asked for cannot be locked.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for entry in root.iterdir():
            (copy / entry.name).symlink_to(entry)
        for title, data in files.items():
            path = copy / title
            if path.parent.is_symlink():
                path.parent.unlink()
                path.parent.mkdir()
            path.write_bytes(data)
        run(["sh", SCRIPT], environment, copy)
        return read(copy)


@contextlib.contextmanager
def written(root: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[None]:
    """Write what differs, and put it back if that, or what follows, fails.

    Raises:
        Refusal: a file cannot be written, or is not as it was.
    """
    done: list[str] = []
    try:
        for title in after:
            if after[title] != before.get(title):
                atomic_write.write(root / title, after[title], expected=before.get(title))
                done.append(title)
        yield
    except BaseException:
        for title in done:
            with contextlib.suppress(Refusal):
                _put_back(root / title, before.get(title), after[title])
        raise


def _put_back(path: Path, data: bytes | None, now: bytes) -> None:
    if data is None:
        atomic_write.remove(path, [], expected=now)
    else:
        atomic_write.write(path, data, expected=now)


def run(command: list[str], environment: Mapping[str, str], folder: Path) -> None:
    """Run what locks or installs.

    Raises:
        Refusal: it failed. Says why in one sentence.
    """
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refusal(sentence(done.stderr))
