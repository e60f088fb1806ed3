"""After a swap a process is as a fresh interpreter would be: the rules of ``code_swap`` are attacked here.

The cases are in ``code_swap_cases/``. Each is an ``app.py`` and an edit of it: of "old" to "new" and of the line
"# here" to three lines, or what follows its name. Compared are what ``show()`` returns, and all functions and classes.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from hotreload_support.swapping import fresh, needs_swaps, swapped

pytestmark = needs_swaps

CASES = Path(__file__).parent / "code_swap_cases"
# Before, annotations are evaluated when the function is made, and no such class can call super().
NEEDS_3_14 = {"an annotation that nobody has asked for", "a dataclass with slots that calls super"}


class Case(NamedTuple):
    before: str
    after: str
    refusal: str


def cases(file: str) -> dict[str, Case]:
    found = {}
    for section in re.split(r"^=== ", (CASES / file).read_text(), flags=re.MULTILINE)[1:]:
        head, _, text = section.partition("\n")
        refusal = ""
        if text.startswith("=> "):
            refusal, _, text = text[3:].partition("\n")
        name, _, edit = head.partition(" | ")
        after = text.replace("old", "new").replace("# here", "#\n#\n\n#")
        if edit:
            after = text.replace(*edit.split(" => "))
        assert after != text, name
        found[name] = Case(text, after, refusal)
    return found


SWAPPED, REFUSED = cases("swapped.txt"), cases("refused.txt")


@pytest.mark.parametrize("name", SWAPPED)
def test_an_edit_of_bodies_is_swapped_and_ends_as_in_a_fresh_interpreter(tmp_path: Path, name: str) -> None:
    if name in NEEDS_3_14 and sys.version_info < (3, 14):
        pytest.skip("only Python 3.14 has that")

    result = swapped(tmp_path, SWAPPED[name].before, SWAPPED[name].after)

    assert result == fresh(tmp_path)


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_end_otherwise_is_refused(tmp_path: Path, name: str) -> None:
    assert swapped(tmp_path, REFUSED[name].before, REFUSED[name].after) == f"refused: {REFUSED[name].refusal}\n"
