"""Run the app's tests in a fresh interpreter."""

import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.app_packages import locked, modules_missing_in, pytest_plugins
from notebook_to_app.files.target_module import TargetModule, source, target_module
from notebook_to_app.testing import HIDDEN

# What the app's own container has, its test runner included.
LOCK = "requirements-dev.txt"
# Where pytest looks for its configuration: https://docs.pytest.org/en/stable/reference/customize.html
CONFIGURATIONS = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
PLUGIN = "notebook_to_app.testing.plugin"
# What its exit codes say: https://docs.pytest.org/en/stable/reference/exit-codes.html
ENDS = {1: "Not all tests passed.", 5: "No test was found."}
# Options of pytest whose value is a word, and no module: `-k words`.
OPTIONS_WITH_WORDS = {"-k", "-m", "-n", "-p", "-r", "-W", "--tb"}


class TestsFailed(Exception):  # noqa: N818 - its name is shown in the notebook
    """Pytest has said why."""

    def _render_traceback_(self) -> list[str]:
        return [f"\x1b[1m{self}\x1b[0m"]


def run_tests(words: Sequence[str], last: str | None) -> None:
    """Run the tests of modules, or with pytest's own arguments, or else all; ``last`` is the module brought last.

    Raises:
        Refusal: there is no such test.
        TestsFailed: not all passed.
    """
    arguments = [
        word if before in OPTIONS_WITH_WORDS else _argument(word, last) for before, word in pairwise(["", *words])
    ]
    options = [
        "--import-mode=importlib",
        "--color=yes",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        f"--rootdir={source()}",
    ]
    if not any((source() / name).exists() for name in CONFIGURATIONS):
        options += ["-c", os.devnull]  # none of a folder above, which the app's own container does not see
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JPY_")}
    names = locked(source() / LOCK)
    if names is not None:
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        environment[HIDDEN] = " ".join(modules_missing_in(names) - {"notebook_to_app"})
        options += [f"-p{plugin}" for plugin in [*pytest_plugins(names), PLUGIN]]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=source(),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
    if process.returncode:
        raise TestsFailed(ENDS.get(process.returncode, "The tests could not be run."))


def test_file(module: TargetModule) -> str:
    """Where the tests of a module are: in the same folder of ``tests/``."""
    folder, _, name = module.title.rpartition("/")
    return "/".join(filter(None, ["tests", folder, f"test_{name}"]))


def _argument(word: str, last: str | None) -> str:
    name = last if word == "--last" else word
    if name is None:
        raise Refusal(
            "Nothing was brought in this kernel yet: %test runs all tests, %test functions.text those of a module."
        )
    if not name.replace(".", "").isidentifier():
        return word
    try:
        module = target_module(name)
    except Refusal:
        return word
    file = test_file(module)
    if not (source() / file).exists():
        raise Refusal(f"There is no {file}, which would have the tests of {name}: `%%bring {name} --test` writes one.")
    return file
