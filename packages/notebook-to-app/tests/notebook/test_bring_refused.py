"""What cannot be brought, or breaks the app, is said in one sentence, and nothing is lost."""

from hotreload_support.server import ReloadServer
from notebook_support.kernel import Kernel


def test_a_refusal_stops_the_cell_and_writes_nothing(kernel: Kernel) -> None:
    output = kernel.run("%%bring functions.nothing\ndef f():\n    return missing\nran = True")

    sentences = "missing would not be defined in the module: define or import it in this cell.\n"
    assert output.error == ("Refusal", f"{sentences}missing is not defined anywhere.")
    assert "Traceback" not in output.traceback
    assert not (kernel.source / "functions/nothing.py").exists()
    assert kernel.run("ran").error


def test_a_refusal_says_where_the_notebook_has_the_name(kernel: Kernel) -> None:
    kernel.bring("import json as js\nfrom os import path, sep as separator\nWORDS = ['a']\ndata = dict(a=len('abc'))")
    number = kernel.number
    kernel.bring("%%bring functions.elsewhere\ndef brought(): ...")
    kernel.bring("def helper(): ...")

    sentences = kernel.refusal(
        "%%bring functions.asking\ndef f():\n    return js, separator, WORDS, data, brought, helper\nX = !ls"
    ).splitlines()

    assert sentences[1:] == [
        f"WORDS is defined in In [{number}]: `%bring WORDS functions.asking` brings it.",
        "brought is in functions.elsewhere: add `from functions.elsewhere import brought`.",
        f"data is data of In [{number}] (dict): pass it as an argument, or define it in this cell.",
        "Magics and shell commands work in notebooks alone: take this out of what is brought.",
        f"helper is defined in In [{number + 2}]: `%bring helper functions.asking` brings it.",
        f"js is imported in In [{number}]: add `import json as js`.",
        f"separator is imported in In [{number}]: add `from os import sep as separator`.",
    ]


def test_a_modules_import_of_itself_is_no_way_to_a_name(kernel: Kernel) -> None:
    refusal = kernel.refusal("%%bring functions.itself\nimport functions.itself as me\ndef f(): return me.f")

    assert "me would be an import of the module from itself: use what it has under its own names." in refusal


def test_bad_input_is_refused_with_what_to_do(kernel: Kernel) -> None:
    assert kernel.refusal("%%bring functions.x\ndef f(:") == "Line 2 of the cell does not parse (invalid syntax)."
    assert kernel.refusal("%%bring\nX = 1") == "Name one module of the app: %%bring functions.general_functions"
    assert kernel.refusal("%%bring functions.a functions.b\nX = 1").startswith("Name one module")
    assert kernel.refusal("%%bring functions.x\n%%time\nX = 1").startswith("%%time cannot stand in a cell")
    assert kernel.refusal("%bring").startswith("Name what to bring, and then the module")
    assert kernel.refusal("%bring f").startswith("Name what to bring, and then the module")
    assert kernel.refusal("%bring f() functions.x").startswith("f() is no name of a function")
    assert kernel.refusal("%bring nowhere functions.x") == "nowhere is not defined anywhere."


def test_a_module_that_cannot_be_imported_shows_its_error_alone(kernel: Kernel) -> None:
    output = kernel.run("%%bring functions.failing_import\nX = 1 / 0\n\nprint('not reached')")

    assert output.error
    assert output.error[0] == "Broken"
    assert output.error[1].startswith(
        "It was written, but the module cannot be imported (`%bring --undo` takes it back)"
    )
    assert "line 1, in <module>" in output.traceback
    assert "notebook/importing.py" not in output.traceback
    assert "not reached" not in output.text
    kernel.bring("%bring --undo")
    assert not (kernel.source / "functions/failing_import.py").exists()


def test_an_app_that_breaks_shows_its_traceback(kernel: Kernel, app: ReloadServer) -> None:
    cell = "%%bring routes.general_routes\n@general.get('/twice', endpoint='demo')\ndef twice():\n    return ''"

    output = kernel.run(cell)

    assert output.error
    assert output.error[0] == "Broken"
    assert "It was written, but the app does not load with it (`%bring --undo` takes it back)" in output.error[1]
    assert "overwriting an existing endpoint function" in output.error[1]
    assert "live in" in kernel.bring("%bring --undo")
    assert app.get("/demo").text == "Ok"


def test_an_app_that_was_broken_before_is_said_to_be(kernel: Kernel, app: ReloadServer) -> None:
    original = (app.folder / "app.py").read_text()
    app.save(f"{original}\n1 / 0\n")

    output = kernel.run("%%bring functions.innocent\nX = 1")
    app.save(original)

    assert output.error
    assert output.error[1].startswith("It was written, but the app does not load as before:\n")


def test_an_import_that_the_app_does_not_have_is_refused(kernel: Kernel) -> None:
    (kernel.source / "requirements.txt").write_text("flask==3.1\n")
    cell = "%%bring functions.importing\nimport jupyter_client\ndef f(): return jupyter_client"

    refusal = kernel.refusal(cell)
    shown = kernel.bring("%%bring functions.importing\ndef f(): return 1\nimport jupyter_client\nassert jupyter_client")

    (kernel.source / "requirements.txt").unlink()
    assert refusal.startswith("The app does not have jupyter-client, which jupyter_client comes from")
    assert "import" not in (kernel.source / "functions/importing.py").read_text()
    assert "functions/importing.py (new)" in shown


def test_await_outside_of_a_function_is_refused_with_what_to_do(kernel: Kernel) -> None:
    refusal = kernel.refusal("%%bring functions.waits\nasync def f(): return 1\nX = await f()")

    assert refusal == (
        "`X = await f()` cannot stand in a module ('await' outside function): "
        "write it within a function, or try it in a cell of its own."
    )
    assert not (kernel.source / "functions/waits.py").exists()
