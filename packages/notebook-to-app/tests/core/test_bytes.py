"""What is not brought keeps its bytes: line ends, encodings, indentation."""

import pytest

from notebook_support.merging import merged
from notebook_to_app.core.refusal import Refusal

CELL = "import re\ndef f():\n    '''Two\n    lines.'''\n    return (1,\n            2)\n"


def test_line_ends_of_windows() -> None:
    module = b"import os\r\n\r\n\r\ndef f():\r\n    return 1\r\n\r\nX = 1\r\n"

    result = merged(module, CELL).data

    assert b"import os\r\nimport re\r\n\r\n\r\ndef f():\r\n    '''Two\r\n    lines.'''\r\n" in result
    assert result.endswith(b"            2)\r\n\r\nX = 1\r\n")
    assert result.count(b"\n") == result.count(b"\r\n")


def test_mixed_line_ends() -> None:
    module = b"X = 1\nY = 2\r\nZ = 3\n"
    assert merged(module, "A = 1\n").data == module + b"A = 1\n"


def test_a_missing_newline_at_the_end_stays_missing() -> None:
    assert merged(b"X = 1", "Y = 2\n").data == b"X = 1\nY = 2"
    assert merged(b"X = 1", "X = 2\n").data == b"X = 2"


def test_a_byte_order_mark() -> None:
    assert merged(b"\xef\xbb\xbfX = 1\n", "Y = '\u00e9'\n").data == b"\xef\xbb\xbfX = 1\nY = '\xc3\xa9'\n"


def test_an_encoding_of_its_own() -> None:
    module = b"# -*- coding: latin-1 -*-\nX = '\xe9'\n"
    assert merged(module, "Y = '\u00e8'\n").data == module + b"Y = '\xe8'\n"


def test_a_character_that_the_encoding_does_not_have_is_refused() -> None:
    with pytest.raises(Refusal, match=r"written in iso-8859-1, which has no '\u20ac'"):
        merged(b"# -*- coding: latin-1 -*-\nX = 1\n", "Y = '\u20ac'\n")


@pytest.mark.parametrize("indent", ["  ", "\t", "        "])
def test_each_keeps_its_own_indentation(indent: str) -> None:
    module = f"def a():\n{indent}if a:\n{indent}{indent}return 1\n".encode()
    cell = "def b():\n   if a:\n      return 2\n"

    result = merged(module, cell).data

    assert result.startswith(module)
    assert result.endswith(cell.encode())


def test_form_feeds_odd_spaces_and_backslashes() -> None:
    module = b"X  =  1 ;\n\x0c\nif  X :\n   pass   \n\n\n\nY = X + \\\n    1\n#end"
    assert merged(module, "Z = 1\n").data == module.replace(b"    1\n", b"    1\nZ = 1\n")


def test_the_syntax_of_the_newest_python() -> None:
    module = b"type A[T] = list[T]\n\n\ndef f[T](a: T) -> T:\n    return a\n"
    try:
        compile(module, "<module>", "exec")
    except SyntaxError:
        pytest.skip("this Python does not know it")
    assert merged(module, "B = 1\n").data == module + b"\n\nB = 1\n"


def test_the_syntax_of_python_3_14() -> None:
    module = b"try:\n    X = t'{1}'\nexcept OSError, ValueError:\n    X = None\n"
    try:
        compile(module, "<module>", "exec")
    except SyntaxError:
        pytest.skip("this Python does not know it")
    assert merged(module, "def f(): return t'{X}'\n").data == module + b"\n\ndef f(): return t'{X}'\n"
