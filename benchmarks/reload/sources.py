"""The apps that are edited: copies of what is in ``apps/``."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

APPS = Path(__file__).parent / "apps"
PARTS = 1000


@dataclass(frozen=True)
class App:
    name: str
    title: str
    edited: str
    # A reload of the heavy app takes longer, and so varies less in proportion.
    rounds: int


TINY = App("tiny", "tiny app", "app.py", rounds=15)
HEAVY = App("heavy", "with pandas and scikit-learn", "app.py", rounds=8)
MODULES = App("modules", "1,000 modules of its own", f"parts/part_{PARTS - 1}.py", rounds=8)
ALL = {app.name: app for app in (TINY, HEAVY, MODULES)}


class Source:
    """A copy of an app, with a number in it that tells the states of the source apart."""

    def __init__(self, app: App, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(APPS / app.name, folder, ignore=shutil.ignore_patterns("__pycache__"))
        if app is MODULES:
            (folder / "parts").mkdir()
            for index in range(PARTS):
                (folder / "parts" / f"part_{index}.py").write_text("NUMBER = 100000\n")
        self._edited = folder / app.edited
        self.number = 100000

    def save_next_number(self) -> None:
        """Write the file in place, as most editors do. Its size stays the same."""
        self.number += 1
        text = re.sub(r"^NUMBER = \d+$", f"NUMBER = {self.number}", self._edited.read_text(), flags=re.MULTILINE)
        self._edited.write_text(text)
