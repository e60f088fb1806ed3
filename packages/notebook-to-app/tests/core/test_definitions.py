"""Functions, classes and assignments: added, or put into the place of what has their name."""

import pytest

from notebook_support.merging import bring, refusal, text

MODULE = """
    import os

    # a section


    # about first
    def first():
        return os.name
    # below first


    LIMIT = 3  # why three


    def second(): return 2
"""


def test_a_new_function_goes_to_the_end() -> None:
    assert bring(MODULE, "def third():\n    return 3\n") == text(MODULE) + "\n\ndef third():\n    return 3\n"


def test_a_function_is_replaced_in_place() -> None:
    assert bring(MODULE, "def first(): return 1\n") == text(MODULE).replace(
        "def first():\n    return os.name\n", "def first(): return 1\n"
    )


def test_comments_directly_above_a_definition_belong_to_it() -> None:
    result = bring(MODULE, "# not this\n\n# new words\n# about first\ndef first(): return 1\n")

    assert "# a section\n\n\n# new words\n# about first\ndef first(): return 1\n# below first\n" in result
    assert "not this" not in result


def test_indented_comments_at_the_end_of_a_function_belong_to_it() -> None:
    assert bring("", "def f():\n    return 1\n    # that is all\n\n# not this\n") == (
        "def f():\n    return 1\n    # that is all\n"
    )


@pytest.mark.parametrize(
    "definition",
    [
        "class Word:\n    size: int = 1\n",
        "async def load():\n    return await open_it()\nasync def open_it(): ...\n",
        "@staticmethod\n# between\n@staticmethod  # beside\ndef decorated(): ...\n",
        "WORDS: dict[str, int] = {}\n",
        "HIGH, (LOW, *REST) = 1, (2, 3, 4)\n",
        "ONE = UNO = 1\n",
        "SHORT = lambda text: text[:3]\n",
        "if True:\n    def f(): ...\nelse:\n    def f(a): ...\n",
        "try:\n    from fast import f\nexcept ImportError:\n    def f(): ...\n",
    ],
)
def test_all_kinds_of_definitions_are_brought(definition: str) -> None:
    result = bring("X = 1\n", definition)

    assert result.startswith("X = 1\n")
    for line in definition.splitlines():
        assert f"{line}\n" in result


def test_two_blank_lines_stand_between_functions_unless_the_file_has_another_habit() -> None:
    assert bring("def a(): ...\n", "def b(): ...\ndef c(): ...") == "def a(): ...\n\n\ndef b(): ...\n\n\ndef c(): ...\n"
    assert bring("def a(): ...\n\ndef b(): ...\n", "def c(): ...") == "def a(): ...\n\ndef b(): ...\n\ndef c(): ...\n"


def test_assignments_stand_as_in_the_cell() -> None:
    assert bring("", "A = 1\nB = 2\n\nC = 3\n") == "A = 1\nB = 2\n\nC = 3\n"


def test_an_assignment_is_replaced_by_one_of_another_form() -> None:
    assert bring(MODULE, "LIMIT: int = 4\n") == text(MODULE).replace("LIMIT = 3  # why three", "LIMIT: int = 4")


def test_a_function_takes_the_place_of_an_assignment() -> None:
    assert bring("import os\nA = 1\nB = 2\n", "def A(): ...\n") == "import os\n\n\ndef A(): ...\n\n\nB = 2\n"


def test_a_function_that_is_decorated_by_what_it_hides_leaves_the_import() -> None:
    module = "from events import started\n\n\n@started.register\ndef started(): return 1\n"
    new = "@started.register\ndef started(): return 2\n"

    assert bring(module, new) == module.replace("1", "2")


def test_a_function_takes_the_place_of_an_import_and_of_the_function_that_it_hides() -> None:
    assert bring("def f(): return 1\n\n\nfrom a import f\n", "def f(): return 2\n") == "def f(): return 2\n"


def test_a_function_takes_the_place_of_an_import() -> None:
    assert bring("from a import f, g\n\nX = 1\n", "def f(): ...\n") == "from a import g\n\nX = 1\n\n\ndef f(): ...\n"


def test_statements_on_one_line_are_separated() -> None:
    assert bring("", "A = 1; B = 2\n") == "A = 1\nB = 2\n"


def test_a_statement_and_what_adds_to_it_belong_together() -> None:
    cell = "WORDS = ['a']\nWORDS += ['b']\n"
    assert bring("X = 1\n", cell) == f"X = 1\n{cell}"
    assert bring("WORDS = []\nX = 1\n", cell) == f"{cell}X = 1\n"


OVERLOADS = """
    from typing import overload


    @overload
    def f(a: int) -> int: ...
    @overload
    def f(a: str) -> str: ...
    def f(a):
        return a


    X = 1
"""


def test_overloads_are_replaced_together() -> None:
    cell = "@overload\ndef f(a: bytes) -> bytes: ...\n" + text(OVERLOADS).split("\n\n\n")[1] + "    # more\n"

    result = bring(OVERLOADS, cell)

    assert "def f(a: bytes) -> bytes: ...\n@overload\ndef f(a: int)" in result.replace("\n\n", "")
    assert result.count("def f(") == 4
    assert result.endswith("    # more\n\n\nX = 1\n")


def test_one_of_several_overloads_is_refused() -> None:
    assert refusal(OVERLOADS, "def f(a): return 2\n") == (
        "f has 3 definitions in the module (lines 4, 6, 8), and another number in this cell: "
        "bring all of them, or make the change by hand."
    )


def test_a_function_and_its_wrapping_belong_together() -> None:
    cell = "def f(): return 2\nf = print(f)\n"
    assert bring("def f(): return 1\nf = print(f)\nX = 1\n", cell) == f"{cell}X = 1\n"


def test_one_name_twice_in_a_cell_is_refused() -> None:
    assert refusal("", "def f(): return 1\ndef f(): return 2\n") == "f is defined twice in this cell: keep one of both."


def test_a_name_that_the_module_defines_together_with_another_is_refused() -> None:
    assert refusal("A, B = 1, 2\n", "A = 3\n") == (
        "Line 1 of the module defines A together with B: make the change by hand."
    )


def test_a_name_that_the_module_defines_in_a_block_is_refused() -> None:
    assert "f is defined within a block in the module (line 1)" in refusal(
        "if X:\n    def f(): ...\n", "def f(): ...\n"
    )


def test_functions_that_are_all_named_underscore_are_refused() -> None:
    module = "def f(): ...\n\n\n@f.register\ndef _(a: int): ...\n"
    assert "cannot be told apart" in refusal(module, "@f.register\ndef _(a: str): ...\n")


def test_what_would_change_a_brought_name_in_the_notebook_alone_is_refused() -> None:
    for line in ("f.calls = 0", "f['a'], X = 1, 2", "del f"):
        assert "would change f in the notebook alone" in refusal("", f"def f(): ...\n{line}\n")
    assert "`LIMIT += 1` would change LIMIT in the notebook alone" in refusal("LIMIT = 1\n", "X = 1\nLIMIT += 1\n")


def test_a_docstring_at_the_beginning_becomes_the_modules() -> None:
    assert bring("", '"""Words."""\nX = 1\n') == '"""Words."""\n\nX = 1\n'
    assert bring("import os\n", '"""Words."""\nX = 1\n') == '"""Words."""\n\nimport os\n\nX = 1\n'
    assert bring('"""Old."""\n\nX = 1\n', '"""Words."""\nX = 1\n') == '"""Words."""\n\nX = 1\n'


def test_a_cell_without_definitions_is_refused() -> None:
    for cell in ("", "# nothing\n", "print(1)\n", "X.y = 1\n"):
        assert refusal("X = 1\n", cell).startswith("There is no function, class, assignment or import in this cell")


def test_a_module_that_does_not_compile_is_refused() -> None:
    assert refusal("def f(:\n", "X = 1\n") == "The module does not compile (invalid syntax, line 1): fix that first."


def test_a_call_that_belongs_to_the_module_is_written_once_below_what_it_needs() -> None:
    module = "NAMES = []\n\n\ndef f(): ...\n"

    assert bring(module, "def f(): return 1\nNAMES.append(f)\n") == (
        "NAMES = []\n\n\ndef f(): return 1\n\n\nNAMES.append(f)\n"
    )
