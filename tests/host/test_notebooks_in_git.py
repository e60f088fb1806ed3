"""One command has Git compare and merge notebooks cell by cell."""

import json
from pathlib import Path

from host.conftest import REPOSITORY, output, run

SCRIPT = REPOSITORY / "devtools/notebooks-in-git.sh"
NOTEBOOK = "loop.ipynb"


def save(clone: Path, shown: int, *sources: str) -> None:
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": shown,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": [f"{shown}\n"]}],
            "source": [source],
        }
        for number, source in enumerate(sources)
    ]
    (clone / NOTEBOOK).write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def commit(clone: Path) -> None:
    output(
        "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--all", "--message", "-", cwd=clone
    )


def test_two_branches_that_ran_a_notebook_and_changed_other_cells_are_merged(tmp_path: Path) -> None:
    output("git", "init", "--quiet", "--initial-branch=main", cwd=tmp_path)
    output("sh", SCRIPT, cwd=tmp_path)
    output("sh", SCRIPT, cwd=tmp_path)  # again is no harm
    save(tmp_path, 1, "a = 1", "b = 2")
    output("git", "add", NOTEBOOK, cwd=tmp_path)
    commit(tmp_path)
    output("git", "switch", "--quiet", "--create", "other", cwd=tmp_path)
    save(tmp_path, 2, "a = 10", "b = 2")
    commit(tmp_path)
    output("git", "switch", "--quiet", "main", cwd=tmp_path)
    save(tmp_path, 3, "a = 1", "b = 20")

    difference = output("git", "--no-pager", "diff", cwd=tmp_path)
    commit(tmp_path)
    merged = run("git", "-c", "user.name=a", "-c", "user.email=a@b", "merge", "--no-edit", "other", cwd=tmp_path)

    assert "b = 20" in difference
    assert "outputs" not in difference
    assert merged.returncode == 0, merged.stderr
    assert [cell["source"] for cell in json.loads((tmp_path / NOTEBOOK).read_text())["cells"]] == [
        ["a = 10"],
        ["b = 20"],
    ]
