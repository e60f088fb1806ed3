"""A project that changes at random, as people, editors and version control change theirs."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from hotreload_support.editing import save_by_rename, save_in_place
from hotreload_support.random_sources import APP, BROKEN, FRESH, FUNCTIONS, LISTING


class RandomProject:
    """A folder with an app, and ways to change it. The same seed changes it in the same way."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self.counter = 0
        self.commits = 0
        self._registry = folder / "parts/a_registry.py"
        folder.mkdir()
        (folder / "app.py").write_text(APP)
        (folder / ".gitignore").write_text("__pycache__/\n")  # files there come and go, also while Git adds them
        self._git("init", "--quiet", "--initial-branch", "main")
        # Enough that nobody edits, and that come first in the alphabet, for a snapshot to be made.
        for number in range(50):
            self._save(folder / f"parts/a_stable_{number}.py", f"VALUE = {number}\n")
        self._save(self._registry, "ENTRIES = []\nVALUE = 0\n")
        for _ in range(5):
            self.add_module()
        self.commit()

    def change(self) -> str:
        """Make one change, and return its name."""
        changes: list[tuple[int, Callable[[], object]]] = [
            (200, self.edit_body),  # half of all at least
            (30, self.edit),
            (8, self.break_module),
            (60, self.mend),  # soon: with no app there is nothing to swap
            (8, self.add_module),
            (6, self.add_importing_module),
            (6, self.register),
            (4, self.patch),
            (6, self.list_data),
            (12, self.change_data),
            (1, self.edit_stable_module),
            (5, self.delete_module),
            (5, self.rename_module),
            (3, self.rename_package),
            (2, self.delete_package),
            (8, self.burst),
            (4, self.commit),
            (5, self.check_out),
        ]
        (change,) = self.random.choices([change for _, change in changes], [weight for weight, _ in changes])
        change()
        return change.__name__

    def fresh_answer(self) -> tuple[int, str]:
        """200 and the answer of the project as it is now, or 500 and the type of the error."""
        result = subprocess.run(
            [sys.executable, "-I", "-S", "-c", FRESH], cwd=self.folder, capture_output=True, text=True, check=False
        )
        return (500 if result.returncode else 200), result.stdout

    # The changes

    def edit(self) -> None:
        self._save(self._any_module(), self._text())

    def edit_body(self) -> None:
        """Change a number in a function, or move its lines."""
        modules = [path for path in self._modules() if "  # body" in path.read_text()]
        if not modules:
            return self.add_module()
        path = self.random.choice(modules)
        lines = path.read_text().splitlines(keepends=True)
        index = self.random.choice([i for i, line in enumerate(lines) if line.endswith(("# body\n", "# line\n"))])
        if lines[index].endswith("# line\n"):
            lines[index] = lines[index] * self.random.randint(1, 3)
        else:
            lines[index] = re.sub(r"\d{6}", str(self._number()), lines[index])
        return self._save(path, "".join(lines))

    def break_module(self) -> None:
        self._save(self._any_module(), self.random.choice(BROKEN))

    def mend(self) -> None:
        for path in self._modules():
            text = path.read_text()
            if text in BROKEN or "import VALUE" in text:
                self._save(path, self._text())

    def add_module(self) -> None:
        self._save(self._new_path(), self._text())

    def add_importing_module(self) -> None:
        other = ".".join(self._any_module().relative_to(self.folder).with_suffix("").parts)
        self._save(self._new_path(), f"from {other} import VALUE\n")

    def register(self) -> None:
        """The order of such modules decides what each finds."""
        number = self._number()
        text = f"from parts.a_registry import ENTRIES\nENTRIES.append({number})\nVALUE = ENTRIES[:]\n"
        self._save(self._any_module(), text)

    def patch(self) -> None:
        self._save(self._any_module(), f"from parts import a_registry\na_registry.VALUE = VALUE = {self._number()}\n")

    def list_data(self) -> None:
        self._save(self._any_module(), LISTING)

    def change_data(self) -> None:
        """Make, edit, move or remove a file that such a module reads."""
        number = self._number()
        new = self.folder / f"data/{self.random.choice(['', 'deep/'])}{number}.txt"
        files = [*sorted((self.folder / "data").rglob("*.txt")), new]
        file = self.random.choice(files)
        if file == new or self.random.random() < 1 / 3:
            self._save(file, str(number))
        elif self.random.random() < 1 / 2:
            new.parent.mkdir(exist_ok=True)
            file.rename(new)
        else:
            file.unlink()

    def edit_stable_module(self) -> None:
        stable = sorted((self.folder / "parts").glob("a_*.py"))
        if self._registry in stable:
            stable.remove(self._registry)
        self._save(self.random.choice(stable), f"VALUE = {self._number()}\n")

    def delete_module(self) -> None:
        self._any_module().unlink()

    def rename_module(self) -> None:
        self._any_module().rename(self._new_path())

    def rename_package(self) -> None:
        packages = self._packages()
        if packages:
            self.random.choice(packages).rename(self.folder / f"parts/package_{self._number()}")

    def delete_package(self) -> None:
        packages = self._packages()
        if packages:
            shutil.rmtree(self.random.choice(packages))

    def burst(self) -> None:
        for _ in range(self.random.randint(2, 30)):
            self.random.choice([self.edit, self.edit, self.break_module, self.add_module, self.mend])()

    def commit(self) -> None:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "--message", "a state")
        self._git("tag", f"state-{self.commits}")
        self.commits += 1

    def check_out(self) -> None:
        self._git("add", "--all")
        self._git("checkout", "--quiet", "--force", f"state-{self.random.randrange(self.commits)}")

    # Their parts

    def _save(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.random.choice([save_in_place, save_by_rename])(path, text)

    def _text(self) -> str:
        return self.random.choice([FUNCTIONS, FUNCTIONS, "VALUE = {number}\n"]).format(number=self._number())

    def _number(self) -> int:
        self.counter += 1
        return 100_000 + self.counter  # of one size

    def _modules(self) -> list[Path]:
        return sorted(path for path in (self.folder / "parts").rglob("*.py") if not path.name.startswith("a_"))

    def _packages(self) -> list[Path]:
        return sorted(path for path in (self.folder / "parts").glob("package_*") if any(path.glob("*.py")))

    def _any_module(self) -> Path:
        if not self._modules():
            self.add_module()
        return self.random.choice(self._modules())

    def _new_path(self) -> Path:
        packages = self._packages()
        if packages and self.random.random() < 0.4:
            folder = self.random.choice(packages)
        elif self.random.random() < 0.2:
            folder = self.folder / f"parts/package_{self._number()}"
        else:
            folder = self.folder / "parts"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"module_{self._number()}.py"

    def _git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=torture", "-c", "user.email=torture@example.com", "-c", "gc.auto=0"]
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True)
