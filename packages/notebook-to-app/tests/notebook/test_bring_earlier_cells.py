"""``%bring NAMES MODULE``: functions of earlier cells are brought with all that they need."""

from notebook_support.kernel import Kernel


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


def test_data_that_is_asked_for_may_be_named_after_what_needs_it(kernel: Kernel) -> None:
    kernel.bring("bounds = sorted([2, 1])\ndef lowest():\n    return bounds[0]")

    kernel.bring("%bring lowest bounds functions.named_after")

    assert (kernel.source / "functions/named_after.py").read_text() == (
        "bounds = sorted([2, 1])\n\n\ndef lowest():\n    return bounds[0]\n"
    )
