"""Bringing from cells of a real kernel into an app that a real server serves."""

import os
import subprocess
import sys
from pathlib import Path

from hotreload_support.server import ReloadServer
from notebook_support.kernel import PYTHONPATH, Kernel, running_kernel


def test_a_function_is_written_and_used_from_there(kernel: Kernel) -> None:
    code = "# about it\ndef count(text: str) -> int:\n    return len(text.split())\n"

    assert kernel.value(f"%%bring functions.words\n{code}\ncount('a b')") == "2"

    assert (kernel.source / "functions/words.py").read_text() == code
    assert kernel.value("import sys; count is sys.modules['functions.words'].count") == "True"


def test_the_change_is_shown_and_when_it_is_live(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.shown\nA = '<b>'\nB = 2")
    output = kernel.run("%%bring functions.shown\nA = '<i>'")

    file, _, minus, plus, context, live = output.text.splitlines()
    assert (file, minus, plus, context) == ("functions/shown.py", "-A = '<b>'", "+A = '<i>'", " B = 2")
    assert live.startswith("live in ")
    assert live.endswith(" ms")
    assert "&lt;i&gt;" in output.html
    assert 'style="color: var(--jp-' in output.html
    assert "\x1b" not in output.text


def test_what_is_live_is_served(kernel: Kernel, app: ReloadServer) -> None:
    kernel.bring("%%bring functions.served\ndef answer():\n    return 'first'")
    kernel.bring(
        "%%bring routes.general_routes\nfrom functions.served import answer\n"
        "@general.get('/served')\ndef served():\n    return answer()"
    )
    assert app.get("/served").text == "first"

    for number in range(5):
        kernel.bring(f"%%bring functions.served\ndef answer():\n    return '{number}'")
        assert app.get("/served").text == str(number)


def test_the_try_out_at_the_end_sees_the_app_answer(kernel: Kernel) -> None:
    cell = (
        "%%bring routes.general_routes\n@general.get('/tried')\ndef tried():\n    return 'at once'\n\n"
        "import os, urllib.request\nurllib.request.urlopen(os.environ['APP_URL'] + '/tried').read()"
    )
    assert kernel.value(cell) == "b'at once'"


def test_a_route_can_be_replaced_with_its_decorators(kernel: Kernel, app: ReloadServer) -> None:
    kernel.bring("%%bring routes.general_routes\n@general.get('/old')\ndef changing():\n    return 'old'")
    kernel.bring("%%bring routes.general_routes\n@general.get('/new')\ndef changing():\n    return 'new'")

    assert app.get("/new").text == "new"
    assert app.get("/old").status_code == 404


def test_a_blueprint_that_the_app_of_the_kernel_has_registered_is_no_obstacle(kernel: Kernel) -> None:
    kernel.bring("from app import create_app\nfrom routes.general_routes import general, demo\ncreate_app()")

    kernel.bring("%%bring routes.general_routes\n@general.get('/again')\ndef again():\n    return 'again'")

    assert kernel.value("create_app().test_client().get('/again').text") == "'again'"


def test_what_was_imported_by_name_runs_the_new_code(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.known\ndef f():\n    return 1\ndef g():\n    return f()")
    kernel.bring("from functions.known import g as known_by_name\nimport functions.known as module")

    kernel.bring("%%bring functions.known\ndef f():\n    return 2\ndef g(a=10):\n    return f() + a")

    assert kernel.value("known_by_name(), module.g(), g()") == "(12, 12, 12)"


def test_a_module_is_run_once_for_each_bring(kernel: Kernel) -> None:
    counting = "import builtins\nbuiltins.runs = getattr(builtins, 'runs', 0) + 1\n"
    (kernel.source / "functions/counted.py").write_text(counting)
    kernel.bring("%%bring functions.counted\nA = 1")
    assert kernel.value("import builtins; builtins.runs") == "1"

    kernel.bring("%%bring functions.counted\nA = 2")
    kernel.bring("%%bring functions.counted\nA = 3")

    assert kernel.value("A, builtins.runs") == "(3, 3)"


def test_a_new_function_sees_the_modules_later_globals(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.later\nA = 1")
    kernel.bring("%%bring functions.later\ndef f():\n    return A")
    kernel.bring("%%bring functions.later\nA = 2")

    assert kernel.value("f()") == "2"


def test_changes_of_one_size_in_one_second_are_all_seen(kernel: Kernel) -> None:
    for number in range(100, 110):
        assert kernel.value(f"%%bring functions.quick\ndef f():\n    return {number}\nf()") == str(number)


def test_bringing_twice_changes_nothing(kernel: Kernel) -> None:
    cell = "%%bring functions.twice\ndef f():\n    return 1\nf()"
    kernel.value(cell)

    output = kernel.run(cell)

    assert (output.text, output.value) == ("functions/twice.py has this already: nothing changed.\n", "1")


def test_try_outs_can_await_and_use_magics(kernel: Kernel) -> None:
    cell = "%%bring functions.tried\nasync def f():\n    return 3\n!echo shell\n%env TRIED=1\nawait f()"

    output = kernel.run(cell)

    assert output.value == "3"
    assert output.text.splitlines()[-2:] == ["shell", "env: TRIED=1"]


def test_a_semicolon_hides_the_value(kernel: Kernel) -> None:
    assert kernel.run("%%bring functions.hidden\ndef f():\n    return 1\nf();").value is None


def test_the_traceback_of_a_try_out_shows_its_line(kernel: Kernel) -> None:
    output = kernel.run("%%bring functions.failing\n\ndef f():\n    return 1\n\nf() / 0")

    assert output.error
    assert output.error[0] == "ZeroDivisionError"
    assert "line 6" in output.traceback


def test_what_only_a_try_out_sets_is_said(kernel: Kernel) -> None:
    refusal = kernel.refusal("%%bring functions.asking\nfor word in 'ab':\n    last = word\ndef f(): return last")

    assert "last is set by what runs in the notebook alone: make it a plain assignment." in refusal


def test_undo_puts_back_file_and_functions_step_by_step(kernel: Kernel) -> None:
    path = kernel.source / "functions/undone.py"
    kernel.bring("%%bring functions.undone\ndef f():\n    return 1")
    kernel.bring("%%bring functions.undone\ndef f():\n    return 2")

    shown = kernel.bring("%bring --undo")
    assert "-    return 2\n+    return 1\n" in shown
    assert "live in" in shown
    assert kernel.value("f()") == "1"

    path.write_text("X = 3\n")
    assert kernel.refusal("%bring --undo").startswith("functions/undone.py was changed since in the same place")
    path.write_text("def f():\n    return 1\n")
    assert "functions/undone.py (deleted)" in kernel.bring("%bring --undo")
    assert not path.exists()
    assert kernel.run("import functions.undone").error


def test_an_option_in_a_comment_is_none(kernel: Kernel) -> None:
    shown = kernel.text("%%bring functions.commented  # not --all\ndef three():\n    return 3\n\nprint(three() + 4)")

    assert "7" in shown.splitlines()
    assert "print" not in (kernel.source / "functions/commented.py").read_text()


def test_a_comment_beside_the_module_is_no_module(kernel: Kernel) -> None:
    cell = "%%bring functions.commented  # into the app\ndef f():\n    return 1\n"

    assert kernel.value(f"{cell}from functions.commented import f as g\ng()") == "1"


def test_names_of_a_star_import_are_used_in_the_notebook(kernel: Kernel) -> None:
    assert kernel.value("%%bring functions.starred\nfrom os.path import *\nbasename('a/b')") == "'b'"


def test_a_kernel_starts_without_what_is_slow_to_import() -> None:
    code = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().extension_manager.load_extension('notebook_to_app.notebook')\n"
        "print('notebook_to_app.notebook' in sys.modules, {'rope', 'urllib.request', 'flask'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert result.stdout == "True set()\n"


def test_what_might_have_been_meant_for_the_module_is_listed(kernel: Kernel) -> None:
    shown = kernel.bring(
        "%%bring functions.listed\nNAMES = []\nNAMES.append(1)\nfor name in 'ab':\n    NAMES.append(name)"
    )

    note = "Run here, not written: `for name in 'ab':`. `%%bring functions.listed --all` writes it too."
    assert shown.splitlines()[1] == note
    assert (kernel.source / "functions/listed.py").read_text() == "NAMES = []\nNAMES.append(1)\n"


def test_every_statement_is_written_if_that_is_asked_for(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.whole --all\nNAMES = []\nfor name in 'ab':\n    NAMES.append(name)")

    assert "for name in 'ab':" in (kernel.source / "functions/whole.py").read_text()
    assert kernel.value("NAMES") == "['a', 'b']"


def test_two_kernels_that_bring_into_one_file_lose_nothing(kernel: Kernel, app: ReloadServer, tmp_path: Path) -> None:
    bring = "for number in range(20): get_ipython().run_cell_magic('bring', 'functions.shared', f'{}{{number}} = 1')"
    with running_kernel(tmp_path / "kernel", app.folder, APP_URL=app.url) as other:
        kernel.client.execute(bring.format("A"))
        other.bring(bring.format("B"))
        kernel.bring("pass")  # runs when what was sent before is done

    assert len((kernel.source / "functions/shared.py").read_text().splitlines()) == 40


def test_a_constant_that_other_modules_use_is_said_to_be_changed(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.constants\nLIMIT = 3")
    kernel.bring("%%bring functions.limited\nfrom functions.constants import LIMIT\ndef f(): return LIMIT")

    shown = kernel.bring("%%bring functions.constants\nLIMIT = 4")

    assert "LIMIT, used by functions/limited.py, was changed too: `LIMIT = 3` before." in shown


def test_help_is_there(kernel: Kernel) -> None:
    assert kernel.run("%%bring?").error is None
    assert kernel.run("%bring?").error is None
    assert "takes the last one back" in kernel.value(
        "type(get_ipython()).__name__ and get_ipython().find_line_magic('bring').__doc__"
    )
