"""``%add PACKAGE``, as a cell shows it: what was added, and when the app is live with it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, packages_distributions, version

from notebook_to_app.core.requirements import Pin
from notebook_to_app.notebook import display
from notebook_to_app.notebook.server import StatusBefore
from notebook_to_app.packages.add import Added, add

_BROKEN = "It was added, but the app does not load {how}:"


def add_and_report(words: list[str]) -> None:
    """Add packages to the app, and wait until it is loaded with them.

    Raises:
        Refusal: nothing was changed.
        Broken: they were added, but the app does not load with them.
    """
    imported = {name.partition(".")[0] for name in sys.modules}
    versions = _versions(imported)
    before: list[StatusBefore] = []
    names = [word for word in words if word != "--dev"]
    added = add(names, lambda: before.append(StatusBefore()), is_dev="--dev" in words)
    importlib.invalidate_caches()
    display.show_sentence(_sentence(added))
    now = _versions(imported)
    if stale := sorted(name for name in versions if now.get(name) != versions[name]):
        display.show_sentence(f"This kernel still runs {', '.join(stale)} in the version before: restart it.")
    if added.is_installed and (status := before[-1].status_with_packages(_BROKEN)):
        display.show_live(status, [])


def _sentence(added: Added) -> str:
    verb = "is" if len(added.asked) == 1 else "are"
    others = f", with {_named(added.others)}" if added.others else ""
    return f"{_named(added.asked)} {verb} in {added.file} and in all locks{others}."


def _named(pins: Iterable[Pin]) -> str:
    return ", ".join(f"{pin.name} {pin.version}" for pin in pins)


def _versions(imported: Iterable[str]) -> dict[str, str]:
    """Of the packages that these modules come from."""
    distributions = packages_distributions()
    names = {name for module in imported for name in distributions.get(module, ())}
    return {name: found for name in names if (found := _version(name))}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
