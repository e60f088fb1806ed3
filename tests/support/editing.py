"""Edit files as editors do, and put everything back afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def save_in_place(path: Path, text: str) -> None:
    """As nano and JupyterLab do: truncate, then write."""
    path.write_text(text)


def save_by_rename(path: Path, text: str) -> None:
    """As vim and PyCharm do: write another file beside it, then rename."""
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text)
    beside.replace(path)


class Checkout:
    """Files below a folder that a test may edit. Each is put back as it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before: dict[Path, bytes | None] = {}

    def path(self, name: str) -> Path:
        path = self.folder / name
        if path not in self._before:
            self._before[path] = path.read_bytes() if path.exists() else None
        return path

    def append(self, name: str, text: str) -> None:
        path = self.path(name)
        path.write_text(self.original(name) + text)

    def original(self, name: str) -> str:
        return (self._before[self.path(name)] or b"").decode()

    def put_back(self) -> None:
        for path, before in self._before.items():
            if before is None:
                path.unlink(missing_ok=True)
            elif not path.exists() or path.read_bytes() != before:
                beside = path.with_name(f".{path.name}.before")
                beside.write_bytes(before)
                beside.replace(path)


@contextmanager
def edited(folder: Path) -> Iterator[Checkout]:
    checkout = Checkout(folder)
    try:
        yield checkout
    finally:
        checkout.put_back()
