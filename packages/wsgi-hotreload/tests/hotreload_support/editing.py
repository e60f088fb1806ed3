"""Edit files as editors do."""

from pathlib import Path


def save_in_place(path: Path, text: str) -> None:
    """As nano and JupyterLab do: truncate, then write."""
    path.write_text(text)


def save_by_rename(path: Path, text: str) -> None:
    """As vim and PyCharm do: write another file beside it, then rename."""
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text)
    beside.replace(path)
