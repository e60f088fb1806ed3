"""What uv says when it cannot lock, or install, in one sentence."""

from __future__ import annotations

import re

_UNKNOWN = re.compile(r"(\S+) was not found in the package registry")
_NO_VERSION = re.compile(r"there (?:is|are) no versions? of (\S+?)(?: and\b|,)")
_UNREACHABLE = re.compile(r"Failed to fetch|Request failed|error sending request|Connection|dns error|timed out")
_CONCLUSION = re.compile(r",? we can conclude that .*")


def sentence(message: str) -> str:
    """What is wrong, and what to do."""
    text = " ".join(message.split())
    if found := _UNKNOWN.search(text):
        return f"The package index has no {found[1]}: check how it is spelled."
    if (found := _NO_VERSION.search(text)) and text.count("depends on") == 0:
        return f"The package index has no {found[1]} for Python 3.11 and newer: ask for another version."
    if "Because " in text:
        reason = _CONCLUSION.sub("", text.partition("Because ")[2])
        return f"It does not go together with what the app has: {reason}. Ask for another version."
    if _UNREACHABLE.search(text):
        return "The package index cannot be reached: check the connection, and run the cell again."
    return text.removeprefix("error: ") or "uv failed, and did not say why."
