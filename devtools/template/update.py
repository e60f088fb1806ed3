"""``docker compose run --rm update orders`` brings what is new in this clone into ../orders.

It is Git's own three-way merge: renames are followed, and a conflict is one. The base of the merge is not looked for in
the history but made again: what the version that ../orders was made from, or last updated to, was for this service.
So it works however the owner has squashed or rebased since.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from versions import BESIDE, CLONE, MADE_FROM, GitError, git, make_files, this_version


def main() -> None:
    parser = argparse.ArgumentParser(prog="docker compose run --rm update", description=__doc__)
    parser.add_argument("name", help="the folder of the repository, as in orders")
    folder = BESIDE / parser.parse_args().name
    before = version_of(folder)
    after = this_version(before["name"])
    if before["commit"] == after["commit"]:
        print(f"../{folder.name} is up to date.")
        return
    check_order(folder, before["commit"], after["commit"])
    base = commit_of(before, folder)
    newest = commit_of(after, folder, "-p", base)
    conflicts = merge(folder, newest)
    if conflicts:
        print("Both have changed the same lines. Each conflict is marked in its file, or shown by `git status`:")
        print(conflicts)
        print("In a lock, take either side, and then: docker compose run --rm lock")
    print(
        f"../{folder.name} has what is new up to {after['version']}, and it is not committed yet. There,\n"
        "`git diff HEAD` shows it, `git commit` keeps it, `git reset --hard` takes it back."
    )
    sys.exit(1 if conflicts else 0)


def version_of(folder: Path) -> dict[str, str]:
    """What the repository was made from, or was last updated to.

    Raises:
        SystemExit: it is none that can be updated.
    """
    try:
        version: dict[str, str] = json.loads((folder / MADE_FROM).read_text())
    except FileNotFoundError:
        sys.exit(f"../{folder.name} is no repository made by `docker compose run --rm new`: it has no {MADE_FROM}.")
    if not (folder / ".git").exists():
        sys.exit(f"../{folder.name} is no Git repository of its own: it has no .git")
    if folder.stat().st_uid != os.getuid():
        sys.exit(f"../{folder.name} belongs to somebody else than this clone: both must have one owner.")
    if uncommitted := git(folder, "status", "--porcelain", "--untracked-files=no"):
        sys.exit(f"../{folder.name} has changes that are not committed: commit or stash them.\n{uncommitted}")
    return version


def check_order(folder: Path, before: str, after: str) -> None:
    try:
        git(CLONE, "cat-file", "-e", f"{before}^{{commit}}")
    except GitError:
        sys.exit(f"This clone does not have {before}, which ../{folder.name} is made from: git fetch --unshallow")
    try:
        git(CLONE, "merge-base", "--is-ancestor", before, after)
    except GitError:
        sys.exit(f"This clone is older than {before}, which ../{folder.name} is made from: git pull")


def commit_of(version: dict[str, str], folder: Path, *parents: str) -> str:
    """A commit, on no branch, of what a version is for the service."""
    with tempfile.TemporaryDirectory() as temporary:
        files = Path(temporary, "files")
        make_files(version, files)
        index = {"GIT_INDEX_FILE": f"{temporary}/index"}
        git(folder, f"--work-tree={files}", "add", "--all", "--force", env=index)
        tree = git(folder, "write-tree", env=index)
    return git(folder, "commit-tree", tree, *parents, "-m", version["version"])


def merge(folder: Path, commit: str) -> str:
    """Bring what a commit changes into the files and the index; return the paths with conflicts.

    Raises:
        SystemExit: Git refuses, and has changed nothing.
    """
    try:
        git(folder, "-c", "merge.conflictStyle=zdiff3", "cherry-pick", "--no-commit", commit)
    except GitError as error:
        return git(folder, "diff", "--name-only", "--diff-filter=U") or sys.exit(f"Git refuses: {error}")
    return ""


if __name__ == "__main__":
    main()
