"""The script of a page, and the tag that loads it."""

import os
import sys
from pathlib import Path

from wsgi_hotreload.status.model import PATH

# The status responds with the script instead, if it is asked for by this argument.
ARGUMENT = "script"
SCRIPT = Path(__file__).with_name("follow.js")
FOLLOW, OFF = "follow", "off"


def pages_follow() -> bool:
    """Whether the app's pages are to follow.

    Raises:
        SystemExit: ``HOTRELOAD_PAGES`` has an unknown value.
    """
    choice = os.environ.get("HOTRELOAD_PAGES") or FOLLOW
    if choice not in (FOLLOW, OFF):
        sys.exit(f"HOTRELOAD_PAGES is {choice!r}, which is not known: set it to {FOLLOW} or {OFF}.")
    return choice == FOLLOW


def tag(generation: int, since: float, *, is_error: bool = False) -> str:
    """The tag for a page of this generation, from files as they were at this time of ``time.monotonic``."""
    kind = "error" if is_error else "page"
    return f'<script async src="{PATH}?{ARGUMENT}={kind}" data-after="{generation}" data-since="{since}"></script>\n'
