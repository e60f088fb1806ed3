"""Completion and signatures in a cell know the app's functions, and each edit of them at once."""

import re
from pathlib import Path

import pytest

from notebook_support.kernel import Kernel, StartKernel

MODULE = """\
from dataclasses import dataclass


def count_words(text: str{}) -> int:
    \"\"\"How many words a text has.\"\"\"
    return len(text.split())


@dataclass
class Order:
    name: str

    def total(self{}) -> int:
        return 0
"""


@pytest.fixture
def path(app_source: Path) -> Path:
    path = app_source / "functions/text.py"
    path.write_text(MODULE.format("", ""))
    return path


@pytest.fixture
def kernel(path: Path, start_kernel: StartKernel) -> Kernel:
    assert path.exists()
    return start_kernel()


def completions(kernel: Kernel, code: str) -> list[str]:
    matches: list[str] = kernel.client.complete(code, reply=True, timeout=60)["content"]["matches"]
    return matches


def shown_help(kernel: Kernel, code: str) -> str:
    """What Shift+Tab shows at the end of this code."""
    content = kernel.client.inspect(code, reply=True, timeout=60)["content"]
    return re.sub(r"\x1b\[[0-9;]*m", "", content["data"]["text/plain"]) if content["found"] else ""


def test_modules_and_functions_of_the_app_are_completed_before_they_are_imported(kernel: Kernel) -> None:
    assert "text" in completions(kernel, "from functions.te")
    assert "count_words" in completions(kernel, "from functions.text import cou")


def test_a_function_that_is_imported_has_its_signature_and_its_documentation(kernel: Kernel) -> None:
    kernel.run("from functions.text import count_words, Order")

    shown = shown_help(kernel, "count_words(")

    assert "count_words(text: str) -> int" in shown
    assert "How many words a text has." in shown
    assert "total" in " ".join(completions(kernel, "Order('a').to"))


def test_a_parameter_that_an_edit_has_added_is_in_the_signature_before_a_cell_has_run(
    kernel: Kernel, path: Path
) -> None:
    kernel.run("import functions.text as module\nfrom functions.text import count_words, Order\norder = Order('a')")

    for number in range(3):
        path.write_text(MODULE.format(f", unit_{number}: int = 1", f", discount_{number}: int = 0"))

        assert f"count_words(text: str, unit_{number}: int = 1)" in shown_help(kernel, "count_words(")
        assert f"count_words(text: str, unit_{number}: int = 1)" in shown_help(kernel, "module.count_words(")
        assert f"total(discount_{number}: int = 0)" in shown_help(kernel, "order.total(")
        assert f"unit_{number}=" in completions(kernel, "count_words(unit")


def test_a_function_that_an_edit_has_added_is_completed(kernel: Kernel, path: Path) -> None:
    kernel.run("import functions.text as module")
    path.write_text(MODULE.format("", "") + "\n\ndef shorten_text(): ...\n")

    assert any("shorten_text" in match for match in completions(kernel, "module.sho"))


def test_while_a_file_is_broken_help_is_as_before_and_the_next_cell_says_why(kernel: Kernel, path: Path) -> None:
    kernel.run("from functions.text import count_words")
    path.write_text("def count_words(:\n")

    assert "count_words(text: str) -> int" in shown_help(kernel, "count_words(")
    assert "functions/text.py: SyntaxError" in kernel.text("1")
