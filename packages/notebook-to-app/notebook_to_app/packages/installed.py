"""Where packages are that were added since the images were built: one folder, for all containers of the project.

The image links to it by ``ADDED_PACKAGES``, under the hash of the lock that it was built from, so that the next image,
which has the packages itself, looks elsewhere. Beside it is uv, which the images do not have: it is 40 MB.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from notebook_to_app.core.requirements import Pin
from notebook_to_app.files.atomic_write import locked
from notebook_to_app.packages.project import run


class AddedPackages:
    """What is installed besides the packages of the image."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._state = self.folder.parents[1]

    def locked(self) -> AbstractContextManager[None]:
        """Let other kernels wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return locked(self._state)

    def environment(self) -> dict[str, str]:
        """Where uv is, which is downloaded the first time, and what it has to know.

        Raises:
            Refusal: it cannot be downloaded.
        """
        environment = {"NO_COLOR": "1", "UV_NO_PROGRESS": "1", "UV_CACHE_DIR": str(self._state / "cache")}
        if shutil.which("uv"):
            return environment
        version = os.environ.get("UV_VERSION")
        folder = self._state / f"uv-{version or 'newest'}"
        if not folder.exists():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(part)]
            run([*pip, f"uv=={version}" if version else "uv"], {}, self._state)
            part.rename(folder)
        return environment | {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}

    def sync(self, pins: Sequence[Pin], wheels: Path, environment: dict[str, str]) -> bool:
        """Have these installed, and nothing else. Returns whether that has changed anything.

        Raises:
            Refusal: one cannot be installed. All are as before.
        """
        before = self._names()
        with TemporaryDirectory() as folder:
            lock = Path(folder) / "added.txt"
            lock.write_text("\n".join(pin.text for pin in pins))
            options = ["--require-hashes", "--allow-empty-requirements", "--compile-bytecode", "--no-cache", "--quiet"]
            target = ["--python", sys.executable, "--target", str(self.folder)]
            target += ["--find-links", str(wheels)] if wheels.is_dir() else []
            run(["uv", "pip", "sync", *options, *target, str(lock)], environment, Path(folder))
        return self._names() != before

    def _names(self) -> set[str]:
        return {path.name for path in self.folder.glob("*.dist-info")}
