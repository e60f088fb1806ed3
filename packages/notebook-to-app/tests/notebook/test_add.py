"""``%add`` in a cell: what is wrong is said in one sentence, and nothing is changed."""

import pytest

from notebook_support.kernel import Kernel


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Name what to add: %add pandas, or %add --dev pytest-cov for tests and tools alone."),
        ("pandas=2", "`pandas=2` does not name a package: write %add pandas, or with a version, in quotes"),
        ("--upgrade pandas", "--upgrade is no option of %add: there is --dev."),
        ("'pandas", "A quote is not closed."),
        ("pandas", "%add works where `docker compose up` has started JupyterLab"),
    ],
)
def test_what_cannot_be_added_is_refused_with_what_to_do(kernel: Kernel, words: str, sentence: str) -> None:
    assert kernel.refusal(f"%add {words}").startswith(sentence)


def test_help_is_there(kernel: Kernel) -> None:
    assert "without a rebuild or a restart" in kernel.bring("print(get_ipython().find_line_magic('add').__doc__)")
