"""What of a cell is brought, and what is tried out in the notebook."""

import pytest

from notebook_to_app.core.cells import split

MODULE = "functions.text"


@pytest.mark.parametrize(
    "code",
    [
        "f(2)",
        "print(f(2))  # a comment",
        "# a comment above\nassert f(2) == 4",
        "for a in range(3):\n    b = f(a)",
        "while True:\n    break",
        "with open('a') as file:\n    data = file.read()",
        "await f(2)",
        "get_ipython().run_line_magic('time', 'f(2)')",
        "if __name__ == '__main__':\n    f(2)",
        "if f(2):\n    print(2)",
        "try:\n    f(2)\nexcept ValueError as error:\n    print(error)",
        "data['column'] = f(2)",
        "data.column = f(2)",
        "counter += 1",
        "del data",
        "'a value'",
        "from functions.text import f",
        "import functions.text as other",
        "from functions import text",
        "from .text import f",
        "raise ValueError",
    ],
)
def test_what_defines_nothing_is_tried_out(code: str) -> None:
    parts = split(code, MODULE)

    assert parts.tryouts == code
    assert not parts.definitions.strip()


@pytest.mark.parametrize(
    "code",
    [
        "def f(): ...",
        "# a comment above\n@decorated\nasync def f(): ...",
        "class A: ...",
        "A = B = 1",
        "a, *b = 1, 2",
        "a: int",
        "import os.path",
        "from functions import other",
        "from functions.text2 import f",
        "from .. import functions",
        "if TYPE_CHECKING:\n    from a import b",
        "if X:\n    def f(): ...\nelse:\n    f = None",
        "try:\n    import a\nexcept ImportError:\n    a = None\nfinally:\n    pass",
        "WORDS = []\nWORDS += ['a']",
        "'''A docstring.'''\nX = 1",
    ],
)
def test_what_defines_names_is_brought(code: str) -> None:
    parts = split(code, MODULE)

    assert parts.definitions == code
    assert not parts.has_tryouts


def test_both_keep_their_lines() -> None:
    parts = split("import os\nf(1)\n\n# about f\ndef f(a):\n    return a\nf(2)", MODULE)

    assert parts.definitions.split("\n") == ["import os", "", "", "# about f", "def f(a):", "    return a", ""]
    assert parts.tryouts.split("\n") == ["", "f(1)", "", "", "", "", "f(2)"]


def test_statements_on_one_line_are_told_apart() -> None:
    parts = split("import os; print(os.name); X = 1; f(X);", MODULE)

    assert parts.definitions == "import os; X = 1"
    assert parts.tryouts == "print(os.name); f(X);", "the semicolon at the end hides the value"


@pytest.mark.parametrize(
    "call",
    [
        "NAMES.append('b')",
        "general.add_url_rule('/x', view_func=f)",
        "NAMES.extend(\n    ['c'],\n)",
        "register(f)",
        "signals.connect(receiver=f)",
    ],
)
def test_a_call_that_adds_to_the_module_or_registers_a_function_of_the_cell_is_brought(call: str) -> None:
    code = f"def f(): ...\n{call}"

    assert split(code, MODULE, {"NAMES", "general"}).definitions == code


def test_an_object_of_the_cell_is_one_of_the_module() -> None:
    assert not split("NAMES = []\nNAMES.append('a')", MODULE).has_tryouts


@pytest.mark.parametrize(
    "call", ["data.append(1)", "NAMES.count('a')", "print(f)", "sys.path.append('x')", "address(f)"]
)
def test_any_other_call_is_tried_out(call: str) -> None:
    assert split(f"def f(): ...\n{call}", MODULE, {"NAMES"}).tryouts.strip() == call


def test_with_everything_nothing_but_an_import_of_itself_is_tried_out() -> None:
    parts = split(f"from {MODULE} import g\nfor a in g():\n    a.run()\ng()", MODULE, everything=True)

    assert parts.tryouts.strip() == f"from {MODULE} import g"
    assert "for a in g():\n    a.run()\ng()" in parts.definitions


def test_try_outs_that_might_be_meant_for_the_module_are_known() -> None:
    cell = split(
        "def f(): ...\nfor a in 'bc':\n    f(a)\nprint(1)\nassert f\nget_ipython().system('ls')\nrun(f)\nf()", MODULE
    )

    assert cell.might_be_meant_for_the_module == ["for a in 'bc':", "run(f)"]


def test_an_import_that_only_try_outs_use_is_one_of_them() -> None:
    code = "import json, requests\nimport re\nimport os\ndef f(): return re\nrequests.get(f(), re)"

    parts = split(code, MODULE)

    assert parts.definitions.split("\n") == ["", "import re", "import os", "def f(): return re", ""]
    assert parts.tryouts.split("\n")[0] == "import json, requests"
