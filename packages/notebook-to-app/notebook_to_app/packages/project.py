"""The requirements of the whole project, and its script that locks them."""

from __future__ import annotations

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


class Project:
    """A folder that has, in one folder each, what is asked for and what is pinned."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self) -> Files:
        """All ``requirements*.in`` and their locks."""
        found = (path for ending in ("in", "txt") for path in self.root.glob(f"*/requirements*.{ending}"))
        return {str(path.relative_to(self.root)): atomic_write.read(path) or b"" for path in found}

    def locked(self, files: Mapping[str, bytes], environment: Mapping[str, str]) -> Files:
        """The files as the project's script leaves them. It works on a copy.

        Raises:
            Refusal: what is asked for cannot be locked.
        """
        with TemporaryDirectory() as folder:
            copy = Project(Path(folder))
            for entry in self.root.iterdir():
                (copy.root / entry.name).symlink_to(entry)
            for title, data in files.items():
                path = copy.root / title
                if path.parent.is_symlink():
                    path.parent.unlink()
                    path.parent.mkdir()
                path.write_bytes(data)
            run(["sh", SCRIPT], environment, copy.root)
            return copy.read()

    @contextlib.contextmanager
    def written(self, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[None]:
        """Write what differs, and put it back if that, or what follows, fails.

        Raises:
            Refusal: a file cannot be written, or is not as it was.
        """
        done: list[str] = []
        try:
            for title in after:
                if after[title] != before.get(title):
                    atomic_write.write(self.root / title, after[title], expected=before.get(title))
                    done.append(title)
            yield
        except BaseException:
            for title in done:
                with contextlib.suppress(Refusal):
                    self._put_back(title, before.get(title), after[title])
            raise

    def _put_back(self, title: str, data: bytes | None, now: bytes) -> None:
        if data is None:
            atomic_write.remove(self.root / title, [], expected=now)
        else:
            atomic_write.write(self.root / title, data, expected=now)


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
