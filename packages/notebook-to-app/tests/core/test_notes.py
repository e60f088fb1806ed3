"""What is said about what a cell replaces, and what is refused because others use it."""

from notebook_support.merging import bring, merged, refusal, text

MODULE = text(
    """
    from flask import request

    LIMIT = 3


    def first():
        return request.args, LIMIT


    def helper():
        return first()
    """
)


def notes(module: str, cell: str) -> tuple[str, ...]:
    return merged(module.encode(), cell).notes


def test_a_view_does_not_take_the_name_of_an_import_that_others_use() -> None:
    assert refusal(MODULE, "import general\n@general.get('/request')\ndef request(): ...\n") == (
        "The view request would take the place of `from flask import request`, which first uses: "
        "give the view another name."
    )


def test_a_view_does_not_take_the_name_of_a_function_that_others_use() -> None:
    assert "`def first():`, which helper uses" in refusal(
        MODULE, "import general\n@general.route('/first')\ndef first(): ...\n"
    )


def test_a_view_replaces_itself() -> None:
    view = "import general\n\n\n@general.get('/a')\ndef a(): return {}\n\n\ndef b(): return a\n"

    assert bring(view.format(1), view.format(2).partition("\n\n\ndef b")[0]) == view.format(2)


def test_a_function_in_the_place_of_an_import_that_others_use_is_said() -> None:
    assert notes(MODULE, "def request(): ...\n") == (
        "request was imported so far, and is used by first: that is what is brought now.",
    )


def test_a_constant_that_others_use_is_said_to_be_changed() -> None:
    assert notes(MODULE, "LIMIT = 4\n") == ("LIMIT, used by first, was changed too: `LIMIT = 3` before.",)
    assert notes(MODULE, "LIMIT = 3\n") == ()
    assert notes(MODULE, "LIMIT = 4\ndef first(): return LIMIT\n") == (), "who uses it was brought with it"


def test_a_long_function_of_which_little_is_left_is_said() -> None:
    long = "def f():\n" + "".join(f"    a{number} = {number}\n" for number in range(12))

    assert notes(long, "def f():\n    return 1\n") == (
        "f had 13 lines and has 2 now: `%bring --undo` takes that back.",
    )
    assert notes(long, long + "    return 1\n") == ()
    assert notes("def f():\n    return 2\n", "def f(): ...\n") == ()
