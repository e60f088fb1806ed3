"""Tracebacks end where the app's own code does."""

from pathlib import Path

from notebook_support.kernel import StartKernel


def test_what_a_library_does_below_is_not_shown(start_kernel: StartKernel, app_source: Path) -> None:
    (app_source / "functions/parsing.py").write_text("import json\n\n\ndef parse(text):\n    return json.loads(text)\n")
    kernel = start_kernel()

    shown = kernel.run("from functions.parsing import parse\nparse('{')")

    assert shown.error
    assert shown.error[0] == "JSONDecodeError"
    assert "parsing.py" in shown.traceback
    assert "decoder.py" not in shown.traceback


def test_an_error_of_the_notebook_alone_is_shown_as_ever(start_kernel: StartKernel) -> None:
    assert "decoder.py" in start_kernel().run("import json\njson.loads('{')").traceback
