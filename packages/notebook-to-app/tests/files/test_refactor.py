"""A definition is renamed, moved and deleted together with what uses it."""

from pathlib import Path

import pytest

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files import refactor
from notebook_to_app.files.changes import apply
from notebook_to_app.files.target_module import target_module

TEXT = """\
import re

WORD = re.compile("a")


# about it
def count(text):
    return len(WORD.findall(text))


def twice(text):
    return 2 * count(text)
"""
ROUTES = """\
from functions.text import count
from functions import text


def words():
    return text.count("a")


def more():
    return count("b")
"""


@pytest.fixture
def app(source: Path) -> Path:
    (source / "functions/text.py").write_text(TEXT)
    (source / "routes").mkdir()
    (source / "routes/words.py").write_text(ROUTES)
    (source / "templates").mkdir()
    (source / "templates/page.html").write_text("{{ count }}")
    return source


def test_a_function_is_renamed_wherever_it_is_used(app: Path) -> None:
    apply(refactor.rename(target_module("functions.text"), "count", "count_all"))

    assert (app / "functions/text.py").read_text() == TEXT.replace("count(", "count_all(")
    assert (app / "routes/words.py").read_text() == ROUTES.replace("import count", "import count_all").replace(
        "text.count(", "text.count_all("
    ).replace("return count(", "return count_all(")


def test_a_constant_is_renamed(app: Path) -> None:
    apply(refactor.rename(target_module("functions.text"), "WORD", "PATTERN"))

    assert (app / "functions/text.py").read_text() == TEXT.replace("WORD", "PATTERN")


def test_texts_with_the_word_are_named_and_left_alone(app: Path) -> None:
    assert refactor.mentions("count") == ["templates/page.html"]
    assert (app / "templates/page.html").read_text() == "{{ count }}"


def test_a_function_is_moved_with_its_comments_and_imported_from_there(app: Path) -> None:
    apply(refactor.move(target_module("functions.text"), "twice", target_module("functions.counting")))

    assert (app / "functions/counting.py").read_text() == (
        "from functions.text import count\n\n\ndef twice(text):\n    return 2 * count(text)\n"
    )
    assert (app / "functions/text.py").read_text() == TEXT.partition("\n\n\ndef twice")[0] + "\n"


def test_who_uses_what_was_moved_imports_it_from_there(app: Path) -> None:
    (app / "functions/text.py").write_text(TEXT.replace("WORD.findall(text)", "text"))
    apply(refactor.move(target_module("functions.text"), "count", target_module("functions.counting")))

    assert (app / "functions/counting.py").read_text() == "# about it\ndef count(text):\n    return len(text)\n"
    assert (
        (app / "functions/text.py").read_text().startswith("import re\n\nfrom functions.counting import count\n\nWORD")
    )
    assert (app / "routes/words.py").read_text() == (
        'from functions.counting import count\n\n\ndef words():\n    return count("a")\n\n\n'
        'def more():\n    return count("b")\n'
    )


@pytest.mark.usefixtures("app")
def test_two_modules_do_not_come_to_import_each_other() -> None:
    with pytest.raises(Refusal, match=r"functions/text.py and functions/counting.py would import each other"):
        refactor.move(target_module("functions.text"), "count", target_module("functions.counting"))


def test_a_variable_of_the_new_name_is_not_hidden(app: Path) -> None:
    (app / "routes/words.py").write_text("from functions.text import count\n\n\ndef f(total): return count(total)\n")

    with pytest.raises(Refusal, match=r"f in routes/words.py has a variable total of its own: rename that first"):
        refactor.rename(target_module("functions.text"), "count", "total")


def test_what_is_used_is_not_deleted(app: Path) -> None:
    with pytest.raises(Refusal, match=r"count is used in functions/text.py \(line 12\), routes/words.py \(line 1\), "):
        refactor.delete(target_module("functions.text"), "count")
    assert (app / "functions/text.py").read_text() == TEXT


def test_of_a_module_that_does_not_compile_nothing_is_deleted(app: Path) -> None:
    (app / "functions/text.py").write_text("def twice(:\n")

    with pytest.raises(Refusal, match=r"The module does not compile \(.*, line 1\): fix that first"):
        refactor.delete(target_module("functions.text"), "twice")


def test_letters_of_more_than_one_byte_stand_before_a_name(app: Path) -> None:
    (app / "functions/text.py").write_text("\f\nÄÖÜ = size = 2\nsize_of = size\n")

    (change,) = refactor.rename(target_module("functions.text"), "size", "length")

    assert change.after is not None
    assert change.after.decode().endswith("ÄÖÜ = length = 2\nsize_of = length\n")


@pytest.mark.usefixtures("app")
def test_what_nobody_uses_is_deleted_with_its_comments() -> None:
    (change,) = refactor.delete(target_module("functions.text"), "twice")

    assert change.after == TEXT.partition("\n\n\ndef twice")[0].encode() + b"\n"


@pytest.mark.usefixtures("app")
def test_a_name_that_is_taken_and_one_that_is_not_there_are_refused() -> None:
    module = target_module("functions.text")

    with pytest.raises(Refusal, match="has another twice already"):
        refactor.rename(module, "count", "twice")
    with pytest.raises(Refusal, match="defines no nothing at its top level"):
        refactor.rename(module, "nothing", "something")
    with pytest.raises(Refusal, match=r"functions/not_there.py defines no count at its top level"):
        refactor.rename(target_module("functions.not_there"), "count", "something")
    with pytest.raises(Refusal, match="a b cannot be a name"):
        refactor.rename(module, "count", "a b")


def test_a_keyword_is_no_name() -> None:
    with pytest.raises(Refusal, match=r"^class cannot be a name\.$"):
        refactor.rename(target_module("functions.text"), "count", "class")


def test_a_name_that_a_user_of_the_module_has_otherwise_is_not_taken(app: Path) -> None:
    (app / "routes/words.py").write_text("from functions.text import count\n\n\ndef total(): return count('a')\n")

    with pytest.raises(Refusal, match=r"routes/words.py has another total already: rename that first"):
        refactor.rename(target_module("functions.text"), "count", "total")


@pytest.mark.usefixtures("app")
def test_a_builtin_that_the_module_uses_is_not_taken() -> None:
    with pytest.raises(Refusal, match=r"functions/text.py uses another len already: choose another name"):
        refactor.rename(target_module("functions.text"), "count", "len")


def test_imports_that_the_module_did_not_use_itself_stay_when_something_is_moved(app: Path) -> None:
    unused = "import functions.effects  # noqa: F401\nfrom functions.effects import LOG  # noqa: F401\n"
    (app / "functions/effects.py").write_text("LOG = []\n")
    (app / "functions/text.py").write_text(unused + TEXT)

    apply(refactor.move(target_module("functions.text"), "twice", target_module("functions.counting")))

    assert (app / "functions/text.py").read_text() == unused + TEXT.partition("\n\n\ndef twice")[0] + "\n"


def test_an_import_that_others_take_from_the_module_stays_when_what_used_it_is_moved(app: Path) -> None:
    (app / "functions/text.py").write_text("import re\n\n\ndef twice(text):\n    return re.escape(text)\n\n\nX = 1\n")
    (app / "routes/words.py").write_text("from functions.text import re\n")

    apply(refactor.move(target_module("functions.text"), "twice", target_module("functions.counting")))

    assert (app / "functions/text.py").read_text() == "import re\n\n\nX = 1\n"


def test_an_import_that_only_what_is_moved_used_goes_with_it(app: Path) -> None:
    (app / "functions/text.py").write_text("import re\n\n\ndef twice(text):\n    return re.escape(text)\n\n\nX = 1\n")

    apply(refactor.move(target_module("functions.text"), "twice", target_module("functions.counting")))

    assert (app / "functions/text.py").read_text() == "X = 1\n"
