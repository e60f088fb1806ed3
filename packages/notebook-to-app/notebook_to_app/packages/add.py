"""Add packages to the app: asked for, locked, installed for all containers, or nothing of it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.core.requirements import Pin, asked_for, name_of, new_pins, pins, with_requirement, without
from notebook_to_app.files.target_module import source
from notebook_to_app.packages import project
from notebook_to_app.packages.installed import AddedPackages
from notebook_to_app.packages.project import SCRIPT, Files

IN, DEV_IN = "requirements.in", "requirements-dev.in"
# Pins what the app's image has, and what that of the notebooks has besides.
APP_LOCK, NOTEBOOKS_LOCK = "requirements-dev.txt", "notebooks/requirements.txt"


@dataclass(frozen=True)
class Added:
    """What has come of it."""

    file: str
    asked: tuple[Pin, ...]
    # What these need, which the app did not have, and what has another version now.
    others: tuple[Pin, ...]
    # Whether something was installed: an image may have it already.
    is_installed: bool


def add(words: Sequence[str], before_install: Callable[[], object], *, is_dev: bool = False) -> Added:
    """Have the app ask for packages, lock all requirements of the project, and install what is new.

    ``before_install`` is called when everything is locked.

    Raises:
        Refusal: that is not possible. Nothing has changed.
    """
    if not words:
        raise Refusal("Name what to add: %add pandas, or %add --dev pytest-cov for tests and tools alone.")
    asked = {name_of(word): word for word in words}
    root, installed = _here()
    with installed.locked():
        environment = installed.environment()
        before = project.read(root)
        file = f"{source().name}/{DEV_IN if is_dev else IN}"
        after = project.locked(root, before | _asking(before, asked, is_dev=is_dev), environment)
        before_install()
        with project.written(root, before, after):
            is_installed = installed.sync(_not_in_images(after), root / "wheels", environment)
    app_lock = f"{source().name}/{APP_LOCK}"
    new = new_pins(after[app_lock].decode(), before[app_lock].decode())
    of_these = [pin for pin in pins(after[app_lock].decode()) if pin.name in asked]
    here = [pin for pin in of_these if pin.is_for_here]
    return Added(file, tuple(here or of_these), tuple(pin for pin in new if pin.name not in asked), is_installed)


def _here() -> tuple[Path, AddedPackages]:
    root, folder = os.environ.get("PROJECT"), os.environ.get("ADDED_PACKAGES")
    if not root or not folder or not Path(root, SCRIPT).is_file():
        raise Refusal(
            "%add works where `docker compose up` has started JupyterLab: here are no folders of the project's locks."
        )
    return Path(root), AddedPackages(Path(folder))


def _asking(before: Files, asked: Mapping[str, str], *, is_dev: bool) -> Files:
    """Both files of the app, which ask for these: a package stands in one of them."""
    app = source().name
    text, dev_text = (before[f"{app}/{file}"].decode() for file in (IN, DEV_IN))
    for name, word in asked.items():
        if is_dev and name in asked_for(text):
            raise Refusal(f"{app}/{IN} asks for {name} already, and what it asks for, tests and tools have too.")
        if is_dev:
            dev_text = with_requirement(dev_text, word)
        else:
            text, dev_text = with_requirement(text, word), without(dev_text, name)
    return {f"{app}/{IN}": text.encode(), f"{app}/{DEV_IN}": dev_text.encode()}


def _not_in_images(files: Files) -> list[Pin]:
    """What the images were not built with: all of the app's, and what the notebooks have in another version."""
    images = Path(os.environ["IMAGE_LOCKS"])
    app = new_pins(files[f"{source().name}/{APP_LOCK}"].decode(), (images / "app.txt").read_text())
    notebooks = new_pins(files[NOTEBOOKS_LOCK].decode(), (images / "notebooks.txt").read_text(), known_only=True)
    return list({(pin.name, pin.version): pin for pin in [*notebooks, *app]}.values())
