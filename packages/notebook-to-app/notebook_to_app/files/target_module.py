"""Where modules and other files of the app are, and which names cannot be one."""

import keyword
import os
import sys
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from notebook_to_app.core.refusal import Refusal


def source() -> Path:
    """The folder of the app's source: ``APP_SOURCE``, or else the current one."""
    return Path(os.environ.get("APP_SOURCE") or Path.cwd())


@dataclass(frozen=True)
class TargetFile:
    """A file of the app, which may not exist yet."""

    path: Path

    @property
    def title(self) -> str:
        """The file, as seen from the app's source."""
        return str(self.path.relative_to(source().resolve()))


@dataclass(frozen=True)
class TargetModule(TargetFile):
    """A module of the app."""

    name: str


def is_own(top: str) -> bool:
    """Whether a top-level module or package is one of the app's."""
    return (source() / top).is_dir() or (source() / f"{top}.py").is_file()


def is_of_app(filename: str) -> bool:
    """Whether code is the app's own, and no library's that is installed within its folder."""
    path = Path(filename)
    return path.is_relative_to(source().resolve()) and "site-packages" not in path.parts


def target_module(name: str) -> TargetModule:
    """The file of a module.

    Raises:
        Refusal: there can be no such module in the app. Says what to write instead, where that is clear.
    """
    _check_name(name)
    if not source().is_dir():
        raise Refusal(f"There is no folder {source()}, where the app's source should be.")
    *packages, own_name = name.split(".")
    folder = source()
    for package in packages:
        if (folder / f"{package}.py").exists() and not (folder / package).is_dir():
            raise Refusal(f"{package} is a module, {package}.py, and has no modules in it: choose another name.")
        folder = _existing(folder, package)
    path = folder / own_name / "__init__.py"
    if not path.exists():
        path = _existing(folder, f"{own_name}.py")
        if (folder / own_name).is_dir() and not path.exists():
            example = next((found.stem for found in sorted((folder / own_name).glob("*.py"))), "text")
            raise Refusal(f"{name} is a folder of modules: name one in it, such as {name}.{example}.")
    resolved = _resolved(name, path)
    if not is_own(name.partition(".")[0]):
        _check_hides_nothing(name.partition(".")[0])
    return TargetModule(resolved, name)


def is_path(name: str) -> bool:
    """Whether this names a file that is no module, such as a template."""
    return "/" in name and Path(name).suffix not in {"", ".py"}


def target_file(name: str) -> TargetFile:
    """A template, a stylesheet, or the like, by its path in the app's source.

    Raises:
        Refusal: it would be outside.
    """
    return TargetFile(_resolved(name, source() / name.removeprefix(f"{source().name}/")))


def target_at(title: str) -> TargetFile:
    """The file that has this title, a module if it is one."""
    path = source().resolve() / title
    if path.suffix != ".py":
        return TargetFile(path)
    return TargetModule(path, ".".join(Path(title).with_suffix("").parts).removesuffix(".__init__"))


def _resolved(name: str, path: Path) -> Path:
    resolved = path.resolve()
    if not resolved.is_relative_to(source().resolve()):
        raise Refusal(f"{name} is {resolved}, which is outside of the app's source: make the change there.")
    return resolved


def _check_name(name: str) -> None:
    if "/" in name or "\\" in name or name.endswith(".py"):
        path = name.replace("\\", "/").removesuffix(".py").strip("./").removeprefix(f"{source().name}/")
        proposal = path.replace("/", ".")
        if _is_importable(proposal):
            raise Refusal(f"{name} is the path of a file: write {proposal}, as in an import.")
    if not _is_importable(name):
        proposal = name.replace("-", "_")
        hint = f"write {proposal}" if _is_importable(proposal) else "write it as in an import: functions.text"
        raise Refusal(f"{name} cannot be the name of a module: {hint}.")
    if name.rpartition(".")[2] == "__init__":
        raise Refusal(f"{name} is a package's own file: write {name.removesuffix('.__init__')}.")


def _is_importable(name: str) -> bool:
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in name.split("."))


def _existing(folder: Path, name: str) -> Path:
    """The path, unless one that differs in upper case alone is there: on macOS and Windows these are one file."""
    if folder.is_dir():
        names = [path.name for path in folder.iterdir()]
        other = next((found for found in names if found != name and found.casefold() == name.casefold()), None)
        if other and name not in names:
            raise Refusal(f"There is {other} in {folder.name}, which differs from {name} in case alone: write it so.")
    return folder / name


def _check_hides_nothing(top: str) -> None:
    """A new module with the name of an installed one would hide it, or be hidden."""
    elsewhere = [entry for entry in sys.path if Path(entry or ".").resolve() != source().resolve()]
    if top in sys.stdlib_module_names:
        raise Refusal(f"{top} is a module of Python itself, which a module of this name would hide: choose another.")
    spec = PathFinder.find_spec(top, elsewhere)
    if spec and spec.loader:
        raise Refusal(f"{top} is an installed package, which a module of this name would hide: choose another.")
