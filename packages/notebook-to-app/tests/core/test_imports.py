"""Imports go to the top, without duplicates, into the groups that the file has."""

import pytest

from notebook_support.merging import bring, refusal, text

MODULE = '''
    """About words."""

    import json
    import sys

    from flask import Blueprint, current_app

    from functions.general_functions import get_debug_mode

    X = 1
'''


@pytest.mark.parametrize(
    ("cell", "before", "after"),
    [
        ("import os", "import sys\n", "import os\nimport sys\n"),
        ("import abc", "import json\n", "import abc\nimport json\n"),
        ("import zlib", "import sys\n", "import sys\nimport zlib\n"),
        ("from collections import Counter", "import sys\n", "import sys\nfrom collections import Counter\n"),
        ("import json as j", "import json\n", "import json\nimport json as j\n"),
        ("import click", "\nfrom flask", "\nimport click\nfrom flask"),
        ("from flask import request", "current_app\n", "current_app, request\n"),
        ("from flask import abort as stop", "Blueprint,", "Blueprint, abort as stop,"),
        ("from werkzeug import Request", "current_app\n", "current_app\nfrom werkzeug import Request\n"),
        ("from functions.many import one", "get_debug_mode\n", "get_debug_mode\nfrom functions.many import one\n"),
        ("from app import create_app", "\nfrom functions", "\nfrom app import create_app\nfrom functions"),
        ("from . import many", "get_debug_mode\n", "get_debug_mode\n\nfrom . import many\n"),
        ("from __future__ import annotations", "import json", "from __future__ import annotations\n\nimport json"),
    ],
)
def test_an_import_goes_where_it_belongs(cell: str, before: str, after: str) -> None:
    assert bring(MODULE, cell) == text(MODULE).replace(before, after)


@pytest.mark.parametrize(
    "cell",
    ["import json", "from flask import current_app", "import sys, json", "from flask import current_app, Blueprint"],
)
def test_an_import_that_is_there_changes_nothing(cell: str) -> None:
    assert bring(MODULE, cell) == text(MODULE)


def test_several_modules_in_one_import_each_go_to_their_group() -> None:
    result = bring(MODULE, "import click, os\n")

    assert "import json\nimport os\nimport sys\n\nimport click\nfrom flask" in result


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("", "import os\n"),
        ("X = 1\n", "import os\n\nX = 1\n"),
        ("def f(): ...\n", "import os\n\n\ndef f(): ...\n"),
        ("#!/bin/python\n# The license.\n\nX = 1\n", "#!/bin/python\n# The license.\n\nimport os\n\nX = 1\n"),
        ("# -*- coding: utf-8 -*-\nX = 1\n", "# -*- coding: utf-8 -*-\n\nimport os\n\nX = 1\n"),
        ("# about f\ndef f(): ...\n", "import os\n\n\n# about f\ndef f(): ...\n"),
        ('"""Words."""\nX = 1\n', '"""Words."""\n\nimport os\n\nX = 1\n'),
        ("from __future__ import annotations\n", "from __future__ import annotations\n\nimport os\n"),
        ("import flask\n", "import os\n\nimport flask\n"),
        ("import flask\nimport json\n", "import flask\nimport json\nimport os\n"),
        ("VERSION = 1\nimport json\n", "VERSION = 1\nimport json\nimport os\n"),
    ],
)
def test_the_first_import_of_its_kind(module: str, expected: str) -> None:
    assert bring(module, "import os\n") == expected


def test_an_import_of_the_future_goes_above_everything_but_the_docstring() -> None:
    module = "VERSION = 1\nimport re\n\nif TYPE_CHECKING:\n    import os\n"

    assert bring(module, "from __future__ import annotations\n") == f"from __future__ import annotations\n\n{module}"


def test_names_on_lines_of_their_own_stay_so() -> None:
    module = "from flask import (\n    Blueprint,  # first\n    request,  # last\n)\n"

    assert bring(module, "from flask import session, current_app as app\n") == (
        "from flask import (\n    Blueprint,  # first\n    current_app as app,\n    request,  # last\n    session,\n)\n"
    )


def test_a_line_with_a_comment_is_left_alone() -> None:
    assert bring("from flask import Flask  # noqa: F401\n", "from flask import abort\n") == (
        "from flask import Flask  # noqa: F401\nfrom flask import abort\n"
    )


def test_a_line_does_not_grow_beyond_its_length() -> None:
    module = f"from flask import {', '.join(f'name_{number}' for number in range(12))}\n"

    assert bring(module, "from flask import another_name\n") == module + "from flask import another_name\n"


def test_submodules_of_a_package_stand_side_by_side() -> None:
    assert bring("import a.b\nimport a.d\n", "import a.c\nimport a\n") == (
        "import a\nimport a.b\nimport a.c\nimport a.d\n"
    )


def test_another_import_of_the_same_name_takes_its_place() -> None:
    assert bring("from a import f, g\n\nX = f\n", "from b import f\n") == (
        "from a import g\nfrom b import f\n\nX = f\n"
    )


def test_an_import_of_what_is_a_function_in_the_module_is_refused() -> None:
    assert refusal("def json(): ...\n", "import json\n") == (
        "json is no import in line 1 of the module: to have `import json` instead, delete it there first."
    )


def test_a_modules_import_of_itself_is_not_written() -> None:
    cell = (
        "from functions.text import f\nimport functions.text\nfrom functions import text\nfrom .text import f\nX = 1\n"
    )

    assert bring("def f(): ...\n", cell) == "def f(): ...\n\n\nX = 1\n"


def test_what_tries_to_import_goes_to_the_imports() -> None:
    cell = "try:\n    import fast\nexcept ImportError:\n    fast = None\n"

    assert bring("import os\n\n\ndef f(): ...\n", cell) == f"import os\n\n{cell}\n\ndef f(): ...\n"


def test_an_import_that_is_tried_in_the_module_is_there() -> None:
    module = "try:\n    import ujson as json\nexcept ImportError:\n    import json\n"

    assert bring(module, "import json\n") == module


def test_imports_for_type_checking_are_merged() -> None:
    module = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from a import B\n\nX = 1\n"
    cell = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B, C\n"

    assert bring(module, cell) == module.replace("import B\n", "import B\n    from a import C\n")


def test_a_block_of_star_imports_is_written_once() -> None:
    cell = "try:\n    from functions.many import *\nexcept ImportError:\n    pass\n"

    assert bring("X = 1\n", cell) == f"{cell}\nX = 1\n"


def test_a_star_import_is_written_once() -> None:
    assert bring("X = 1\n", "from functions.many import *\n") == "from functions.many import *\n\nX = 1\n"
