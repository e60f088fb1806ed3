"""Show what changed in a file: colored in JupyterLab, plain in a terminal."""

from __future__ import annotations

import difflib
from html import escape

CONTEXT_LINES = 2
# JupyterLab's own colors, which follow its theme; the others are legible on light and dark.
_COLORS = {
    "+": "var(--jp-success-color1, #388e3c)",
    "-": "var(--jp-error-color1, #d32f2f)",
    "@": "var(--jp-ui-font-color2, gray)",
}


def difference(before: str, after: str) -> list[str]:
    """The lines of a unified diff, without the names of files."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=CONTEXT_LINES, lineterm="")
    return list(lines)[2:]


def as_html(lines: list[str]) -> str:
    """The diff for a browser."""
    return "\n".join(_colored(line) for line in lines)


def _colored(line: str) -> str:
    color = _COLORS.get(line[:1])
    return f'<span style="color: {color}">{escape(line)}</span>' if color else escape(line)
