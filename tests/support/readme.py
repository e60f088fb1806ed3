"""The README's commands, for tests to run."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def blocks(heading: str, language: str) -> list[str]:
    """The code blocks of a language below a heading of the second level."""
    section = re.split(r"^## ", README.read_text(), flags=re.MULTILINE)
    (text,) = [part for part in section if part.startswith(f"{heading}\n")]
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def commands(heading: str) -> list[str]:
    """The lines of all shell blocks below a heading."""
    return "".join(blocks(heading, "sh")).splitlines()


def paths_named_in(text: str) -> set[str]:
    """What looks like a path of this repository, but for those below another folder that the text speaks of."""
    below_others = {"functions/", "routes/", "testing/", "tests/"}
    return set(re.findall(r"`((?:[\w-][\w.-]*/)+[\w.-]*)`", text)) - below_others
