"""What a definition needs must be defined where it lands, and above what needs it at once."""

import pytest

from notebook_support.merging import bring, merged, refusal
from notebook_to_app.core.merge import UndefinedNames
from notebook_to_app.core.names import names_of

MODULE = "import os\n\nLIMIT = 3\n"


@pytest.mark.parametrize(
    "definition",
    [
        "def f(): return missing",
        "def f(a=missing): ...",
        "@missing\ndef f(): ...",
        "class A(missing): ...",
        "class A:\n    b = missing",
        "class A:\n    def m(self): return missing",
        "class A:\n    x = 1\n    def m(self): return [y for y in missing if x2]\nx2 = 1",
        "def f(a: missing): ...",
        "def f() -> 'list[missing]': ...",
        "def f(): \n    a: missing = 1",
        "def f(): return lambda: missing",
        "def f(): return [a for a in missing]",
        "def f(): return f'{missing}'",
        "X = missing",
        "X: 'missing' = 1",
        "async def f():\n    async with missing: ...",
        "def f():\n    def g(): return missing\n    return g",
        "def f(): missing.a = 1",
        "def f(): del missing[0]",
        "def f():\n    global missing\n    missing += 1",
    ],
)
def test_an_undefined_name_is_refused(definition: str) -> None:
    with pytest.raises(UndefinedNames) as refused:
        merged(MODULE.encode(), definition)

    assert refused.value.names == ["missing"]


@pytest.mark.parametrize(
    "definition",
    [
        "def f(): return os.name, LIMIT, len, __name__, __file__",
        "def f(a, *b, c=1, **d): return a, b, c, d",
        "def f(): return [a for a in [1] if a]",
        "X = [a for a in [1] if a], {b: c for b, c in [(1, 2)]}, {d for d in [3]}",
        "@print([a for a in [1]])\ndef f(): ...",
        "def f():\n    global CACHE\n    CACHE = 1\ndef g(): return CACHE",
        "def f():\n    global LIMIT\n    LIMIT += 1",
        "class A:\n    b = 1\n    c = b\n    def m(self): return __class__, super().m()",
        "class A:\n    def m(self) -> 'A': ...\n    def n(self): return A",
        "def f(a: 'list[int] | None', b: \"dict[str, 'f']\"): ...",
        "from typing import Literal, Annotated\ndef f(a: Literal['any words'], b: Annotated[int, 'any words']): ...",
        "def f():\n    class Local: ...\n    def g(a: 'Local'): ...\n    return g",
        "def f():\n    try: ...\n    except OSError as error: return error",
        "def f(a):\n    match a:\n        case {'b': c, **d}: return c, d",
        "def f(): return (a := 1), a",
        "def f():\n    import re\n    return re",
        "def f(): return g()\ndef g(): return f()",
    ],
)
def test_a_name_that_is_defined_somewhere_is_fine(definition: str) -> None:
    assert definition.splitlines()[0] in bring(MODULE, definition)


def test_a_name_from_a_star_import_is_fine() -> None:
    assert "return one" in bring("from functions.many import *\n", "def f(): return one\n")
    assert "return three" in bring("from somewhere import *\n", "def f(): return three\n"), "nobody knows"
    assert "three would not be defined" in refusal("from functions.many import *\n", "def f(): return three\n")


def test_the_variable_of_a_comprehension_is_no_definition() -> None:
    names = names_of("X = [a for a in [1]], {b: c for b, c in [(1, 2)]}, {d for d in [3]}, [(e := f) for f in [4]]")

    assert names.binds == {"X", "e"}
    assert not names.needs


def test_what_runs_at_once_is_told_from_what_runs_when_called() -> None:
    names = names_of(
        "@now1\nclass A(now2):\n    x = now3\n    def m(self, a=now4): return later1\nB = [now5 for _ in now6]\n"
    )

    assert names.needs_now == {f"now{number}" for number in range(1, 7)}
    assert names.needs_later == {"later1"}
    assert names.binds == {"A", "B"}


def test_something_new_goes_above_what_needs_it_when_the_module_is_loaded() -> None:
    module = "def f(a=1): ...\n\n\ndef g(): ...\n"

    assert bring(module, "def f(a=NEW): ...\nNEW = 5\n") == ("NEW = 5\n\n\ndef f(a=NEW): ...\n\n\ndef g(): ...\n")


def test_something_new_goes_above_what_needs_it_by_calling_a_function() -> None:
    module = "def build(): return 1\n\n\nTABLE = build()\n"

    assert bring(module, "def build(): return SIZE\nSIZE = 1\n") == (
        "def build(): return SIZE\n\n\nSIZE = 1\n\n\nTABLE = build()\n"
    )


def test_something_new_goes_above_annotations_with_its_name() -> None:
    module = "def f(): ...\n\n\ndef g(): ...\n"

    assert bring(module, "def f(a: New): ...\nclass New: ...\n") == (
        "class New: ...\n\n\ndef f(a: New): ...\n\n\ndef g(): ...\n"
    )


def test_a_function_that_replaces_an_import_goes_above_what_calls_it() -> None:
    assert bring("from a import f\nX = f()\n", "def f(): ...\n") == "def f(): ...\n\n\nX = f()\n"


def test_something_replaced_that_needs_what_stands_below_is_refused() -> None:
    assert refusal("def f(): ...\n\n\nD = 5\n", "def f(a=D): ...\n") == (
        "f (line 1) needs D when the module is loaded, and D is defined below it, in line 4: move that up first."
    )


def test_something_new_between_what_it_needs_and_what_needs_it_the_wrong_way_round_is_refused() -> None:
    assert "change the order by hand first" in refusal("A = 1\n\n\nB = 2\n", "A = NEW\nNEW = B\n")


def test_new_definitions_go_above_the_main_guard() -> None:
    guard = "\n\nif __name__ == '__main__':\n    f()\n# end\n"

    assert bring(f"def f(): ...\n{guard}", "def g(): ...\n") == f"def f(): ...\n\n\ndef g(): ...\n{guard}"


def test_the_variables_of_a_function_called_top_are_its_own() -> None:
    names = names_of("def top():\n    x = 1\n    global y\n    y = x + z\n")

    assert [set(names.binds), set(names.sets), set(names.needs)] == [{"top"}, {"y"}, {"z"}]
