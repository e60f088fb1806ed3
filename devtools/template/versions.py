"""What a version of this repository, which is a commit, is in a service's own repository."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
BESIDE = Path(os.environ.get("BESIDE") or CLONE.parent)
MADE_FROM = ".made-from.json"
SIGNATURE = ("-c", "user.name=docker compose run new", "-c", "user.email=new@localhost")


class GitError(Exception):
    """What Git says of its failure."""


def git(folder: Path, *arguments: str | Path, env: dict[str, str] | None = None) -> str:
    """What a command of Git prints.

    Raises:
        GitError: it failed.
    """
    result = subprocess.run(
        ["git", *SIGNATURE, *arguments],
        cwd=folder,
        env=os.environ | (env or {}),
        check=False,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if result.returncode:
        raise GitError((result.stderr or result.stdout).strip())
    return result.stdout.rstrip()


def this_version(name: str) -> dict[str, str]:
    """The last commit of this clone, as a service's own repository keeps it.

    Raises:
        SystemExit: it cannot be named, or is not all that is here.
    """
    try:
        uncommitted = git(CLONE, "status", "--porcelain", "--untracked-files=no")
        commit = git(CLONE, "rev-parse", "HEAD")
    except GitError as error:
        sys.exit(f"This folder must be a clone of a Git repository, with its history: {error}")
    if uncommitted:
        sys.exit(f"What is given is the last commit, and there are changes since: commit or stash them.\n{uncommitted}")
    origin = git(CLONE, "config", "--default", "", "--get", "remote.origin.url")
    address = origin if re.match(r"\w+://|[\w.-]+@", origin) else ""  # a folder of this machine says nothing elsewhere
    return {
        "name": name,
        "repository": re.sub(r"^(https?://)[^/@]*@", r"\1", address),  # without a password
        "commit": commit,
        "version": git(CLONE, "describe", "--tags", "--always"),
    }


def make_files(version: dict[str, str], folder: Path) -> None:
    """Fill a folder, empty or new, with what a version is for a service, by the rules of that version."""
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        git(CLONE, "archive", f"--output={archive.name}", version["commit"])
        shutil.unpack_archive(archive.name, folder, filter="data")
    (folder / MADE_FROM).write_text(json.dumps(version, indent=2) + "\n")
    subprocess.run([sys.executable, "-I", folder / "devtools/template/render.py"], check=True)
