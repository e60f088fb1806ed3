"""Bringing from cells of a real kernel into an app that a real server serves."""

import os
import subprocess
import sys
from pathlib import Path

import requests

from hotreload_support.server import ReloadServer
from notebook_support.kernel import PYTHONPATH, Kernel, running_kernel


def get(app: ReloadServer, path: str) -> str:
    return requests.get(f"{app.url}{path}", timeout=10).text


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
    assert get(app, "/served") == "first"

    for number in range(5):
        kernel.bring(f"%%bring functions.served\ndef answer():\n    return '{number}'")
        assert get(app, "/served") == str(number)


def test_the_try_out_at_the_end_sees_the_app_answer(kernel: Kernel) -> None:
    cell = (
        "%%bring routes.general_routes\n@general.get('/tried')\ndef tried():\n    return 'at once'\n\n"
        "import os, urllib.request\nurllib.request.urlopen(os.environ['APP_URL'] + '/tried').read()"
    )
    assert kernel.value(cell) == "b'at once'"


def test_a_route_can_be_replaced_with_its_decorators(kernel: Kernel, app: ReloadServer) -> None:
    kernel.bring("%%bring routes.general_routes\n@general.get('/old')\ndef changing():\n    return 'old'")
    kernel.bring("%%bring routes.general_routes\n@general.get('/new')\ndef changing():\n    return 'new'")

    assert get(app, "/new") == "new"
    assert requests.get(f"{app.url}/old", timeout=10).status_code == 404


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


def test_what_only_a_try_out_sets_is_said(kernel: Kernel) -> None:
    refusal = kernel.refusal("%%bring functions.asking\nfor word in 'ab':\n    last = word\ndef f(): return last")

    assert "last is set by what runs in the notebook alone: make it a plain assignment." in refusal


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
    assert get(app, "/demo") == "Ok"


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


def test_functions_of_earlier_cells_are_brought_with_what_they_need(kernel: Kernel) -> None:
    kernel.bring("import re, json\nfrom pathlib import Path as P\nMARK = re.compile('a+')\nUNUSED = 1")
    kernel.bring("def helper(text):\n    return MARK.sub('', text)")
    kernel.bring("%%time\n# about it\ndef clean(text: 'P'):\n    return helper(text)\nclean('abc')")

    kernel.bring("%bring clean functions.cleaning")

    assert (kernel.source / "functions/cleaning.py").read_text() == (
        "import re\nfrom pathlib import Path as P\n\n"
        "MARK = re.compile('a+')\n\n\n"
        "def helper(text):\n    return MARK.sub('', text)\n\n\n"
        "# about it\ndef clean(text: 'P'):\n    return helper(text)\n"
    )
    assert kernel.value("clean('abc'), clean.__module__") == "('bc', 'functions.cleaning')"


def test_the_newest_definition_is_brought(kernel: Kernel) -> None:
    kernel.bring("def newest():\n    return 1")
    kernel.bring("def newest():\n    return 2")

    kernel.bring("%bring newest --to functions.newest_one")

    assert "return 2" in (kernel.source / "functions/newest_one.py").read_text()
    assert kernel.refusal("%bring newest functions.another") == "newest is in functions.newest_one already."


def test_what_the_module_has_is_not_brought_again(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.having\nimport re\nLIMIT = 3\ndef known(): return LIMIT")
    kernel.bring("LIMIT = 4\ndef more():\n    return known(), LIMIT, re")

    kernel.bring("%bring more functions.having")

    assert "LIMIT = 4" not in (kernel.source / "functions/having.py").read_text()
    assert kernel.value("more()[:2]") == "(3, 3)"


def test_functions_of_other_modules_are_imported(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.first_module\ndef first(): return 1")
    kernel.bring("def second():\n    return first() + 1")

    kernel.bring("%bring second functions.second_module")

    assert (kernel.source / "functions/second_module.py").read_text() == (
        "from functions.first_module import first\n\n\ndef second():\n    return first() + 1\n"
    )


def test_data_is_not_brought_along(kernel: Kernel) -> None:
    kernel.bring("table = sorted([2, 1])\nfor row in table:\n    last = row")
    number = kernel.number
    kernel.bring("def uses():\n    return table, last")

    assert kernel.refusal("%bring uses functions.using") == (
        f"last is data of In [{number}] (int): pass it as an argument, or define it in this cell.\n"
        f"table is data of In [{number}] (list): pass it as an argument, or define it in this cell."
    )


def test_data_is_brought_when_it_is_asked_for_by_name(kernel: Kernel) -> None:
    kernel.bring("limits = sorted([2, 1])")

    kernel.bring("%bring limits functions.asked_for")

    assert (kernel.source / "functions/asked_for.py").read_text() == "limits = sorted([2, 1])\n"


def test_a_comment_beside_the_module_is_no_module(kernel: Kernel) -> None:
    cell = "%%bring functions.commented  # into the app\ndef f():\n    return 1\n"

    assert kernel.value(f"{cell}from functions.commented import f as g\ng()") == "1"


def test_an_app_that_was_broken_before_is_said_to_be(kernel: Kernel, app: ReloadServer) -> None:
    original = (app.folder / "app.py").read_text()
    app.save(f"{original}\n1 / 0\n")

    output = kernel.run("%%bring functions.innocent\nX = 1")
    app.save(original)

    assert output.error
    assert output.error[1].startswith("It was written, but the app does not load as before:\n")


def test_names_of_a_star_import_are_used_in_the_notebook(kernel: Kernel) -> None:
    assert kernel.value("%%bring functions.starred\nfrom os.path import *\nbasename('a/b')") == "'b'"


def test_a_kernel_starts_without_what_is_slow_to_import() -> None:
    code = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().extension_manager.load_extension('notebook_to_app.notebook')\n"
        "print('notebook_to_app.notebook' in sys.modules, {'libcst', 'urllib.request', 'flask'} & set(sys.modules))"
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


def test_a_template_is_checked_written_and_taken_back(kernel: Kernel) -> None:
    path = kernel.source / "templates/shop.html"

    assert "Line 3 of the cell" in kernel.refusal("%%bring templates/shop.html\n<p>\n{% if %}</p>\n")
    assert "templates/shop.html (new)" in kernel.bring("%%bring templates/shop.html\n<p>{{ name }}</p>\n")
    assert kernel.value("from flask import render_template\nrender_template('shop.html', name='<a>')") == (
        "'<p>&lt;a&gt;</p>'"
    )
    assert "-<p>{{ name }}</p>\n+<b></b>" in kernel.bring("%%bring templates/shop.html\n<b></b>\n")
    kernel.bring("%bring --undo")
    assert path.read_text() == "<p>{{ name }}</p>\n"
    kernel.bring("%bring --undo")
    assert not path.exists()


def test_a_stylesheet_that_looks_like_code_is_written_and_not_run(kernel: Kernel) -> None:
    kernel.bring("%%bring static/page.css\nbody\n")

    assert (kernel.source / "static/page.css").read_text() == "body\n"


def test_two_kernels_that_bring_into_one_file_lose_nothing(kernel: Kernel, app: ReloadServer, tmp_path: Path) -> None:
    bring = "for number in range(20): get_ipython().run_cell_magic('bring', 'functions.shared', f'{}{{number}} = 1')"
    with running_kernel(tmp_path / "kernel", app.folder, APP_URL=app.url) as other:
        kernel.client.execute(bring.format("A"))
        other.bring(bring.format("B"))
        kernel.bring("pass")  # runs when what was sent before is done

    assert len((kernel.source / "functions/shared.py").read_text().splitlines()) == 40


def test_an_import_that_the_app_does_not_have_is_refused(kernel: Kernel) -> None:
    (kernel.source / "requirements.txt").write_text("flask==3.1\n")
    cell = "%%bring functions.importing\nimport jupyter_client\ndef f(): return jupyter_client"

    refusal = kernel.refusal(cell)
    shown = kernel.bring("%%bring functions.importing\ndef f(): return 1\nimport jupyter_client\nassert jupyter_client")

    (kernel.source / "requirements.txt").unlink()
    assert refusal.startswith("The app does not have jupyter-client, which jupyter_client comes from")
    assert "import" not in (kernel.source / "functions/importing.py").read_text()
    assert "functions/importing.py (new)" in shown


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
