"""A module with `__all__` offers new public names to star imports."""

import pytest

from notebook_support.merging import bring, merged


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["a"]', '["a", "new"]'),
        ("['a', 'z']", "['a', 'new', 'z']"),
        ("['z', 'a']", "['z', 'a', 'new']"),
        ("[]", '["new"]'),
        ("('a', 'b')", "('a', 'b', 'new')"),
        ("'a', 'b'", "'a', 'b', 'new'"),
        ("[\n    'a',\n    'z',\n]", "[\n    'a',\n    'new',\n    'z',\n]"),
        ("[\n    'a',  # first\n    'b',  # last\n]", "[\n    'a',  # first\n    'b',  # last\n    'new',\n]"),
        ("[\n    'a',\n    'b'\n]", "[\n    'a',\n    'b',\n    'new'\n]"),
        ("[\n    'a',  # only\n]", "[\n    'a',  # only\n    'new',\n]"),
        ("[\n    'a',\n    # more\n]", "[\n    'a',\n    'new',\n    # more\n]"),
        ("['a' 'b', 'c']", "['a' 'b', 'c', 'new']"),
        ("[('a'), 'c']", "[('a'), 'c', 'new']"),
    ],
)
def test_a_new_name_is_added_as_the_others_are_written(before: str, after: str) -> None:
    assert bring(f"__all__ = {before}\n", "def new(): ...\n") == f"__all__ = {after}\n\n\ndef new(): ...\n"


def test_private_names_imports_and_replaced_names_are_not_added() -> None:
    module = "__all__ = ['a']\n\n\ndef b(): ...\n"

    assert bring(module, "import os\ndef _c(): ...\ndef b(): return 1\n").endswith(
        "__all__ = ['a']\n\n\ndef b(): return 1\n\n\ndef _c(): ...\n"
    )


def test_a_module_without_it_does_not_get_one() -> None:
    assert "__all__" not in bring("X = 1\n", "def new(): ...\n")


def test_a_computed_one_is_left_to_the_person() -> None:
    result = merged(b"import os\n\n__all__ = os.__all__ + ['a']\n", "def new(): ...\n")

    assert b"__all__ = os.__all__ + ['a']\n" in result.data
    assert result.notes == ("__all__ of the module is computed: add new by hand if a star import shall see it.",)


def test_one_with_names_in_parentheses_is_left_to_the_person() -> None:
    result = merged(b"__all__ = [('a'), ('b')]\n", "def new(): ...\n")

    assert result.data.startswith(b"__all__ = [('a'), ('b')]\n")
    assert "add new by hand" in result.notes[0]


def test_one_that_the_cell_brings_is_taken_as_it_is() -> None:
    assert bring("__all__ = ['a']\n", "__all__ = []\ndef b(): ...\n") == "__all__ = []\n\n\ndef b(): ...\n"
