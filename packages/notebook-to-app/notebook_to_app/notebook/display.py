"""What a cell that brings something shows: the change, when it is live, and where."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from html import escape
from typing import Any

from IPython.display import publish_display_data

from notebook_to_app.core.encodings import decoded
from notebook_to_app.files.changes import Change
from wsgi_hotreload import Route, Status

CONTEXT_LINES = 2
# JupyterLab's own colors, which follow its theme; the others are legible on light and dark.
_COLORS = {
    "+": "var(--jp-success-color1, #388e3c)",
    "-": "var(--jp-error-color1, #d32f2f)",
    "@": "var(--jp-ui-font-color2, gray)",
}


def show_change(change: Change, notes: Iterable[str] = ()) -> None:
    """Show the name of the file, notes, and the difference."""
    made = {(True, False): " (new)", (False, True): " (deleted)"}.get((change.before is None, change.after is None), "")
    before, after = (_lines(data, change.title) for data in (change.before, change.after))
    lines = list(difflib.unified_diff(before, after, n=CONTEXT_LINES, lineterm=""))[2:]
    head = [f"{change.title}{made}", *notes]
    html_notes = "".join(f"<br>{escape(note)}" for note in head[1:])
    html_lines = "\n".join(map(_colored, lines))
    _show("\n".join([*head, *lines]), f"<strong>{escape(head[0])}</strong>{html_notes}<pre>{html_lines}</pre>")


def show_live(status: Status, routes: list[Route]) -> None:
    """Show how fast it went, and the routes with their links."""
    seconds = f" in {status.seconds * 1000:.0f} ms" if status.seconds else ""
    show_routes(f"live{seconds}", routes)


def show_routes(head: str, routes: list[Route]) -> None:
    """Show a sentence, and routes with their links."""
    text, html = [head], [escape(head)]
    for route in routes:
        methods = " ".join(route.methods)
        link = _link(route)
        text.append(f"{methods} {link or route.rule}")
        anchor = f'<a href="{escape(link)}" target="_blank" rel="noopener">{escape(link)}</a>' if link else ""
        html.append(f"{escape(methods)} {anchor or f'<code>{escape(route.rule)}</code>'}")
    _show("\n".join(text), "<br>".join(html))


def show_sentence(sentence: str) -> None:
    _show(sentence, escape(sentence))


def _link(route: Route) -> str | None:
    """Where the person's browser reaches a route; None if a value has to be put in, or it is not for browsers."""
    if "<" in route.rule or "GET" not in route.methods:
        return None
    return f"http://localhost:{os.environ.get('APP_PORT') or 7500}{route.rule}"


def _lines(data: bytes | None, title: str) -> list[str]:
    text = decoded(data or b"") if title.endswith(".py") else (data or b"").decode(errors="replace")
    return text.splitlines()


def _colored(line: str) -> str:
    color = _COLORS.get(line[:1])
    return f'<span style="color: {color}">{escape(line)}</span>' if color else escape(line)


def _show(text: str, html: str) -> None:
    publish: Any = publish_display_data  # which has no types
    publish({"text/plain": text, "text/html": html})
