"""What a ``requirements.in`` asks for, and what the locks made of it pin."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from notebook_to_app.core.refusal import Refusal

_COMMENT = re.compile(r"(?:^|\s+)#.*")
# Its first line, without the sign that it goes on, and the lines with its hashes.
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*==.*?)(?: \\)?\n(?:[ \t].*\n?)*", re.MULTILINE)


@dataclass(frozen=True)
class Pin:
    """One package in one version, and how its lock says that, with the hashes."""

    requirement: Requirement
    text: str

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        return next(iter(self.requirement.specifier)).version

    @property
    def is_for_here(self) -> bool:
        """Whether this platform and Python install it."""
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def name_of(word: str) -> str:
    """The name of the package that a person asks for, with a version and extras if they like.

    Raises:
        Refusal: it is no requirement, or one that a lock cannot pin by hashes.
    """
    if word.startswith("-"):
        raise Refusal(f"{word} is no option of %add: there is --dev.")
    try:
        requirement = Requirement(word)
    except InvalidRequirement:
        raise Refusal(
            f"`{word}` does not name a package: write %add pandas, or with a version, in quotes, %add 'pandas>=3,<4'."
        ) from None
    if requirement.url:
        raise Refusal(f"`{word}` is an address, which a lock cannot pin by hashes: name a package of the index.")
    return canonicalize_name(requirement.name)


def asked_for(text: str) -> dict[str, str]:
    """The names that a ``requirements.in`` asks for itself, each with its line."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        with contextlib.suppress(InvalidRequirement):  # a comment, an option
            found[canonicalize_name(Requirement(_COMMENT.sub("", line)).name)] = line
    return found


def with_requirement(text: str, word: str) -> str:
    """The text of a ``requirements.in`` that asks for a package, too. A bare name leaves as it is what is there."""
    line = asked_for(text).get(name_of(word))
    end = "\r\n" if "\r\n" in text else "\n"
    if line is None:
        return f"{text}{'' if text.endswith(end) or not text else end}{word}{end}"
    if canonicalize_name(word) == name_of(word):
        return text
    comment = _COMMENT.search(line)
    return _replaced(text, line, f"{word}{comment[0] if comment else ''}")


def without(text: str, name: str) -> str:
    """The text of a ``requirements.in`` that does not ask for a package."""
    line = asked_for(text).get(name)
    return text if line is None else _replaced(text, line, None)


def pins(lock: str) -> list[Pin]:
    """What a lock pins. A package may be there in several versions, for several platforms."""
    return [Pin(Requirement(found[1]), found[0]) for found in _PIN.finditer(lock)]


def new_pins(lock: str, before: str, *, known_only: bool = False) -> list[Pin]:
    """What a lock pins that another one does not; with ``known_only``, of the packages that are in both."""
    there = {(pin.name, pin.version) for pin in pins(before)}
    names = {name for name, _ in there}
    new = [pin for pin in pins(lock) if (pin.name, pin.version) not in there and pin.is_for_here]
    return [pin for pin in new if pin.name in names] if known_only else new


def _replaced(text: str, line: str, by: str | None) -> str:
    lines = text.splitlines(keepends=True)
    number = next(number for number, found in enumerate(lines) if found.rstrip("\r\n") == line)
    lines[number : number + 1] = [] if by is None else [lines[number].replace(line, by)]
    return "".join(lines)
