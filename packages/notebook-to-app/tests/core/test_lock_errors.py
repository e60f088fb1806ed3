"""What uv says, in one sentence."""

import pytest

from notebook_to_app.core.lock_errors import sentence

NO_SOLUTION = "error: No solution found when resolving dependencies\n  cause: Because"
SO = "we can conclude that your requirements are unsatisfiable.\n"
CONFLICT = "It does not go together with what the app has"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            f"{NO_SOLUTION} xyz was not found in the package registry and you require xyz, {SO}",
            "The package index has no xyz: check how it is spelled.",
        ),
        (
            f"{NO_SOLUTION} there is no version of flask==99 and you require flask==99, {SO}",
            "The package index has no flask==99 for Python 3.11 and newer: ask for another version.",
        ),
        (
            f"{NO_SOLUTION} flask==1.1.4 depends on werkzeug<2 and you require\n      werkzeug>=3, {SO}",
            f"{CONFLICT}: flask==1.1.4 depends on werkzeug<2 and you require werkzeug>=3. Ask for another version.",
        ),
        (
            "error: Failed to fetch: `https://index.example/simple/xyz/`\n  cause: dns error\n",
            "The package index cannot be reached: check the connection, and run the cell again.",
        ),
        ("error: Failed to build `a==1`\n  cause: no compiler", "Failed to build `a==1` cause: no compiler"),
        ("", "uv failed, and did not say why."),
    ],
)
def test_a_message_becomes_a_sentence(message: str, shown: str) -> None:
    assert sentence(message) == shown
