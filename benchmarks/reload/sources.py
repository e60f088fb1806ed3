"""The apps that are edited: copies of what is in ``apps/``."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

APPS = Path(__file__).parent / "apps"
PARTS = 1000
# One of the modules of the app that has many.
PART = '''\
"""One of a thousand."""

NUMBER = 100000


def double(value: int) -> int:
    return 2 * value


def greet(name: str) -> str:
    """A greeting."""
    return f"Hello, {name}"


class Counter:
    """Counts from zero."""

    def __init__(self) -> None:
        self.count = 0

    def increase(self) -> int:
        self.count += 1
        return self.count
'''


@dataclass(frozen=True)
class App:
    name: str
    title: str
    edited: str
    # A reload of the heavy app takes longer, and so varies less in proportion.
    rounds: int


TINY = App("tiny", "tiny app", "app.py", rounds=15)
HEAVY = App("heavy", "with pandas and scikit-learn", "app.py", rounds=8)
# Neither the first nor the last: how many are imported after it makes a difference.
MODULES = App("modules", "1,000 modules of its own", f"parts/part_{PARTS // 2}.py", rounds=8)
ALL = {app.name: app for app in (TINY, HEAVY, MODULES)}


class Source:
    """A copy of an app, with a number in it that tells the states of the source apart."""

    def __init__(self, app: App, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(APPS / app.name, folder, ignore=shutil.ignore_patterns("__pycache__"))
        if app is MODULES:
            (folder / "parts").mkdir()
            for index in range(PARTS):
                (folder / "parts" / f"part_{index}.py").write_text(PART)
        self._edited = folder / app.edited
        self.number = 100000

    def save_next_number(self) -> None:
        """Write the file in place, as most editors do. Its size stays the same."""
        self.number += 1
        text = re.sub(r"^NUMBER = \d+$", f"NUMBER = {self.number}", self._edited.read_text(), flags=re.MULTILINE)
        self._edited.write_text(text)
