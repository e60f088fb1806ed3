"""Tests are written from a cell, and run in a fresh interpreter with the app's own packages."""

import re
from collections.abc import Iterator
from importlib.metadata import distributions

import pytest

from notebook_support.kernel import Kernel

CONFTEST = "import pytest\nfrom app import create_app\n\n\n@pytest.fixture\ndef app():\n    return create_app()\n"


@pytest.fixture(autouse=True)
def _conftest(kernel: Kernel) -> Iterator[None]:
    path = kernel.source / "tests/conftest.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(CONFTEST)
    yield
    for test in path.parent.rglob("test_*.py"):
        test.unlink()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_the_asserts_and_the_shown_value_of_a_cell_become_a_test_that_runs(kernel: Kernel) -> None:
    output = kernel.run("%%bring functions.tested --test\ndef f(a): return a + 1\nassert f(1) == 2\nf(2)")

    assert output.error is None, output.traceback
    assert output.value == "3"
    assert (kernel.source / "tests/functions/test_tested.py").read_text() == (
        "from functions.tested import f\n\n\ndef test_f() -> None:\n    assert f(1) == 2\n    assert f(2) == 3\n"
    )
    assert "tests/functions/test_tested.py (new)" in output.text
    assert "1 passed" in plain(kernel.bring("%test --last"))
    assert "1 passed" in plain(kernel.bring("%test functions.tested"))


def test_the_value_of_an_option_of_pytest_is_no_module(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.chosen --test\ndef f(): return 1\ndef g(): return 2\nassert f()\nassert g()")

    assert "1 passed, 1 deselected" in plain(kernel.bring("%test functions.chosen -k test_g -x"))
    assert "2 passed" in plain(kernel.bring("%test --tb short -x functions.chosen"))
    assert kernel.run("%test -k test_of_nothing").error == ("TestsFailed", "No test was found.")


def test_a_cell_that_fails_writes_no_test(kernel: Kernel) -> None:
    output = kernel.run("%%bring functions.untested --test\ndef f(a): return a + 1\nassert f(1) == 3")

    assert output.error
    assert not (kernel.source / "tests/functions/test_untested.py").exists()
    assert kernel.value("1 + 1") == "2"
    assert not (kernel.source / "tests/functions/test_untested.py").exists()


def test_each_run_sees_the_source_as_it_is_now(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.fresh --test\ndef f(): return 1\nassert f() == 1")
    assert "1 passed" in plain(kernel.bring("%test --last"))

    (kernel.source / "functions/fresh.py").write_text("def f(): return 2\n")
    output = kernel.run("%test --last")

    assert output.error == ("TestsFailed", "Not all tests passed.")
    assert "assert 2 == 1" in plain(output.text)
    assert "1 failed" in plain(output.text)


def test_two_test_files_of_one_name_are_both_run(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.same --test\ndef f(): return 1\nassert f() == 1")
    kernel.bring("%%bring services.same --test\ndef f(): return 2\nassert f() == 2")

    assert "2 passed" in plain(kernel.bring("%test"))


def test_what_needs_the_app_has_it(kernel: Kernel) -> None:
    kernel.bring(
        "%%bring functions.with_app --test\nfrom flask import current_app\ndef f(): return current_app.name\nf()"
    )

    assert "1 passed" in plain(kernel.bring("%test --last"))


def test_packages_of_the_notebooks_alone_cannot_be_imported(kernel: Kernel) -> None:
    names = [found.name for found in distributions() if found.name != "jupyter_client"]
    (kernel.source / "requirements-dev.txt").write_text("".join(f"{name}==1\n" for name in names))
    (kernel.source / "tests/test_import.py").write_text("def test_it():\n    import jupyter_client\n")

    output = kernel.run("%test tests/test_import.py")

    (kernel.source / "requirements-dev.txt").unlink()
    assert "No module named 'jupyter_client': the notebooks have it, the app has not." in plain(output.text)


def test_a_configuration_above_the_source_which_the_app_does_not_see_does_not_count(kernel: Kernel) -> None:
    above = kernel.source.parent / "pyproject.toml"
    above.write_text('[tool.pytest.ini_options]\naddopts = "--no-such-option"\n')
    kernel.bring("%%bring functions.alone --test\ndef f(): return 1\nassert f() == 1")

    shown = kernel.bring("%test --last")

    above.unlink()
    assert "1 passed" in plain(shown)


def test_a_module_without_tests_is_refused_with_what_to_do(kernel: Kernel) -> None:
    assert kernel.refusal("%test functions.general_functions") == (
        "There is no tests/functions/test_general_functions.py, which would have the tests of "
        "functions.general_functions: `%%bring functions.general_functions --test` writes one."
    )
