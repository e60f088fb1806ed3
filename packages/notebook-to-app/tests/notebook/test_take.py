"""The way back: what the app has comes into a cell, and goes from there to the app again."""

from pathlib import Path

from hotreload_support.server import ReloadServer
from notebook_support.kernel import Kernel, running_kernel

MODULE = """\
import functools

# about it
@functools.cache
def first(text):
    return text  # as it is


LIMIT = 3


class Word:
    def size(self):
        return LIMIT
"""


def taken(kernel: Kernel, cell: str) -> str:
    output = kernel.run(cell)
    assert output.error is None, output.traceback
    assert output.next_cell is not None
    return output.next_cell


def test_a_definition_is_taken_with_comments_and_decorators_edited_and_brought(kernel: Kernel) -> None:
    path = kernel.source / "functions/taken.py"
    path.write_text(MODULE)

    cell = taken(kernel, "%take functions.taken.first")

    assert cell == (
        "%%bring functions.taken\n\n# about it\n@functools.cache\ndef first(text):\n    return text  # as it is"
    )
    kernel.bring(cell.replace("as it is", "as it was"))
    assert path.read_text() == MODULE.replace("as it is", "as it was")


def test_a_definition_that_others_have_changed_since_it_was_taken_is_not_overwritten(kernel: Kernel) -> None:
    path = kernel.source / "functions/taken_one.py"
    path.write_text(MODULE)
    cell = taken(kernel, "%take functions.taken_one.first").replace("as it is", "as it was")
    changed = MODULE.replace("return text ", "return text or None ")
    path.write_text(changed)

    refusal = kernel.refusal(cell)

    assert refusal.startswith("first in functions/taken_one.py was changed by somebody else since it was taken: `%take")
    assert path.read_text() == changed


def test_a_definition_that_was_taken_is_brought_again_and_again_also_after_an_undo(kernel: Kernel) -> None:
    path = kernel.source / "functions/taken_two.py"
    path.write_text(MODULE)
    cell = taken(kernel, "%take functions.taken_two.first")
    kernel.bring(cell.replace("as it is", "second"))
    path.write_text(path.read_text().replace("LIMIT = 3", "LIMIT = 4"))
    kernel.bring(cell.replace("as it is", "third"))
    kernel.bring("%bring --undo")

    kernel.bring(cell.replace("as it is", "fourth"))

    assert path.read_text() == MODULE.replace("LIMIT = 3", "LIMIT = 4").replace("as it is", "fourth")


def test_classes_and_constants_are_taken(kernel: Kernel) -> None:
    (kernel.source / "functions/kinds.py").write_text(MODULE)

    assert taken(kernel, "%take functions.kinds.LIMIT").endswith("\n\nLIMIT = 3")
    assert taken(kernel, "%take functions.kinds.Word").endswith("        return LIMIT")


def test_what_is_not_there_is_refused_with_what_is_close(kernel: Kernel) -> None:
    (kernel.source / "functions/close.py").write_text(MODULE)

    assert kernel.refusal("%take functions.close.frist") == "functions/close.py defines no frist: is it first?"
    assert kernel.refusal("%take functions.close.Word.size") == (
        "functions.close.Word.size is within functions.close.Word: take that as a whole."
    )
    assert kernel.refusal("%take functions.nowhere.first").startswith("The app has no module functions.nowhere.first")
    assert kernel.refusal("%take").startswith("Name what to take")


def test_a_whole_module_is_taken_and_brought_around_what_others_change(kernel: Kernel) -> None:
    path = kernel.source / "functions/whole_one.py"
    path.write_text(MODULE)
    cell = taken(kernel, "%take functions.whole_one")
    assert cell == f"%%bring functions.whole_one --whole\n\n{MODULE}"

    path.write_text(MODULE.replace("LIMIT = 3", "LIMIT = 4"))
    kernel.bring(cell.replace("# about it\n", ""))
    assert path.read_text() == MODULE.replace("LIMIT = 3", "LIMIT = 4").replace("# about it\n", "")

    path.write_text(MODULE.replace("# about it", "# about something else"))
    assert "was changed by somebody else in the same place: `%take functions.whole_one`" in kernel.refusal(cell)


def test_a_whole_module_that_does_not_compile_is_refused(kernel: Kernel) -> None:
    assert "does not compile" in kernel.refusal("%%bring functions.bad --whole\ndef f(:")


def test_a_template_is_taken_and_one_that_was_not_is_not_overwritten(kernel: Kernel) -> None:
    path = kernel.source / "templates/taken.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text("<p>\n</p>\n")

    assert "exists already: `%take templates/taken.html`" in kernel.refusal("%%bring templates/taken.html\n<b>")
    assert taken(kernel, "%take templates/taken.html") == "%%bring templates/taken.html\n<p>\n</p>\n"
    kernel.bring("%%bring templates/taken.html\n<b>\n")
    assert path.read_text() == "<b>\n"


def test_a_function_is_renamed_in_the_app_and_in_use(kernel: Kernel, app: ReloadServer) -> None:
    kernel.bring("%%bring functions.renamed\ndef before(): return 'same'")
    kernel.bring(
        "%%bring routes.general_routes\nfrom functions.renamed import before\n"
        "@general.get('/renamed')\ndef renamed(): return before()"
    )

    shown = kernel.bring("%bring --rename functions.renamed.before after")

    assert "-def before(): return 'same'\n+def after(): return 'same'" in shown
    assert "+from functions.renamed import after" in shown
    assert "live in" in shown
    assert kernel.value("import requests, os; requests.get(os.environ['APP_URL'] + '/renamed').text") == "'same'"
    kernel.bring("%bring --undo")
    assert "import before" in (app.folder / "routes/general_routes.py").read_text()


def test_a_function_is_moved_and_deleted(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.old_home\ndef mover(): return 1\ndef stays(): return mover()")

    kernel.bring("%bring --move functions.old_home.mover functions.new_home")
    assert "def mover" in (kernel.source / "functions/new_home.py").read_text()
    assert kernel.value("from functions.old_home import stays; stays()") == "1"

    assert "mover is used in functions/old_home.py" in kernel.refusal("%bring --delete functions.new_home.mover")
    kernel.bring("%bring --delete functions.old_home.stays")
    assert "stays" not in (kernel.source / "functions/old_home.py").read_text()


def test_an_option_that_is_unknown_or_incomplete_is_refused(kernel: Kernel) -> None:
    assert kernel.refusal("%bring --nonsense").startswith("--nonsense is no option of %bring: there are --undo, ")
    assert kernel.refusal("%bring --rename a").startswith("Write it so: %bring --rename functions.text.old new")


def test_undo_goes_on_after_a_restart_of_the_kernel(app: ReloadServer, tmp_path: Path) -> None:
    environment = {"APP_URL": app.url, "STATE_DIRECTORY": str(tmp_path), "JPY_SESSION_NAME": "a.ipynb"}
    with running_kernel(tmp_path / "first", app.folder, **environment) as kernel:
        kernel.bring("%%bring functions.restarted\nA = 1")
    with running_kernel(tmp_path / "second", app.folder, **environment) as kernel:
        assert "functions/restarted.py (deleted)" in kernel.bring("%bring --undo")
        assert kernel.refusal("%bring --undo").startswith("There is nothing to undo")


def test_undo_by_file_passes_over_a_file_that_was_changed(kernel: Kernel) -> None:
    kernel.bring("%%bring functions.undo_one\nA = 1")
    kernel.bring("%%bring functions.undo_two\nA = 1")
    (kernel.source / "functions/undo_two.py").write_text("A = 5\n")

    assert "undo_two.py was changed since in the same place" in kernel.refusal("%bring --undo")
    assert "functions/undo_one.py (deleted)" in kernel.bring("%bring --undo functions.undo_one")
    (kernel.source / "functions/undo_two.py").write_text("A = 1\n")
    kernel.bring("%bring --undo")


def test_a_module_with_an_encoding_of_its_own_comes_back_in_it(kernel: Kernel) -> None:
    path = kernel.source / "functions/taken.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\n")

    cell = taken(kernel, "%take functions.taken")
    output = kernel.run(f"{cell}OTHER = '\u00e8'\n")

    assert "+OTHER = '\u00e8'" in output.text
    assert path.read_bytes() == b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\nOTHER = '\xe8'\n"


def test_a_module_with_a_byte_order_mark_keeps_it(kernel: Kernel) -> None:
    path = kernel.source / "functions/taken.py"
    path.write_bytes(b"\xef\xbb\xbfNAME = 1\n")

    kernel.run(f"{taken(kernel, '%take functions.taken')}OTHER = 2\n")

    assert path.read_bytes() == b"\xef\xbb\xbfNAME = 1\nOTHER = 2\n"
