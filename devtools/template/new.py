"""``docker compose run --rm new orders`` makes the repository of a service called orders, beside this clone."""

import argparse
import re
import shutil
import sys

from versions import BESIDE, CLONE, git, make_files, this_version

# As Kubernetes wants the name of a Service: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
# Services of compose.yaml and compose.services.yaml, every machine's own name, and what the app imports by name.
# A folder must hide no module from an import.
TAKEN = {"app", "config", "devcontainer", "functions", "lint", "localhost", "lock", "postgres", "routes", "run"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="docker compose run --rm new", description=__doc__)
    parser.add_argument("name", help="lower-case letters, digits and hyphens, as in orders or my-orders")
    name = parser.parse_args().name
    check(name)
    version = this_version(name)
    folder = BESIDE / name
    try:
        folder.mkdir()
    except FileExistsError:
        sys.exit(f"../{name} is there already: choose another name, or move it away.")
    except PermissionError:
        sys.exit(f"../{name} cannot be made: the owner of this clone may not write to the folder that it is in.")
    try:
        make_files(version, folder)
        git(folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "add", "--all", "--force")
        source = version["repository"] or "a template"
        git(folder, "commit", "--quiet", "--message", f"Made from {source} {version['version']}")
    except BaseException:
        shutil.rmtree(folder)
        raise
    print(f"../{name} is a Git repository with one commit. Next: cd ../{name} && docker compose up")


def check(name: str) -> None:
    if not NAME.fullmatch(name):
        sys.exit(
            f"{name!r} cannot be the name of a service: use at most 63 lower-case letters, digits and hyphens, "
            "a letter first and no hyphen last, as in orders or my-orders."
        )
    locked = any(re.search(rf"^{name}==", lock.read_text(), re.MULTILINE) for lock in CLONE.glob("*/requirements*.txt"))
    if locked or name in TAKEN | sys.stdlib_module_names or (CLONE / name).exists():
        sys.exit(f"{name!r} has a meaning already, here or in Python: choose another name, such as my-{name}.")


if __name__ == "__main__":
    main()
