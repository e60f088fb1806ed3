"""Every cell has the context of the app as it is now, and a broken app breaks no kernel."""

from pathlib import Path

import pytest

from notebook_support.kernel import StartKernel

GREETING = "from flask import current_app\n\n\ndef greeting():\n    return {} + str(current_app.debug)\n"


def test_a_function_that_uses_the_app_works_in_the_first_cell(start_kernel: StartKernel) -> None:
    kernel = start_kernel()

    assert kernel.text("from functions.general_functions import get_debug_mode; get_debug_mode()") == "True"


def test_addresses_are_those_that_a_notebook_can_ask(start_kernel: StartKernel) -> None:
    kernel = start_kernel()

    assert kernel.value("from flask import url_for; url_for('general.demo')") == "'http://worker-node:7500/demo'"


def test_a_cell_that_awaits_has_it_too(start_kernel: StartKernel) -> None:
    kernel = start_kernel()

    assert kernel.value("import asyncio, flask\nawait asyncio.sleep(0)\nflask.current_app.name") == "'app'"
    assert kernel.value("flask.current_app.name") == "'app'"


def test_what_a_cell_keeps_in_g_is_there_in_the_next(start_kernel: StartKernel) -> None:
    kernel = start_kernel()
    kernel.text("from flask import g\ng.kept = 1")

    assert kernel.value("g.kept") == "1"


def test_the_app_is_made_anew_when_its_source_has_changed(start_kernel: StartKernel, app_source: Path) -> None:
    kernel = start_kernel()
    assert kernel.value("from flask import current_app; current_app.config['LOG_LEVEL']") == "20"

    config = app_source / "config.py"
    config.write_text(config.read_text().replace('LOG_LEVEL = "INFO"', 'LOG_LEVEL = "ERROR"'))

    assert kernel.value("current_app.config['LOG_LEVEL']") == "40"


def test_an_edited_function_that_uses_the_app_goes_on_working(start_kernel: StartKernel, app_source: Path) -> None:
    module = app_source / "functions/greeting.py"
    module.write_text(GREETING.format("'first '"))
    kernel = start_kernel()
    assert kernel.value("from functions.greeting import greeting; greeting()") == "'first True'"

    for text in ("other ", "third "):
        module.write_text(GREETING.format(repr(text)))
        assert kernel.value("greeting()") == repr(f"{text}True")


def test_a_new_route_is_known_in_the_next_cell(start_kernel: StartKernel, app_source: Path) -> None:
    kernel = start_kernel()
    kernel.text("from flask import url_for")
    routes = app_source / "routes/general_routes.py"

    routes.write_text(routes.read_text() + "\n\n@general.get('/new')\ndef new():\n    return 'new'\n")

    assert kernel.value("url_for('general.new')") == "'http://worker-node:7500/new'"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("def create_app(:\n", "SyntaxError: invalid syntax"),
        ("import not_there\n", "ModuleNotFoundError: No module named 'not_there'"),
        ("raise SystemExit('no database')\n", "SystemExit: no database"),
        ("def create_app():\n    return 1 / 0\n", "ZeroDivisionError: division by zero"),
        ("", "app.py defines no create_app()"),
    ],
)
def test_a_kernel_says_in_one_line_why_there_is_no_app_and_works_once_that_is_fixed(
    start_kernel: StartKernel, app_source: Path, broken: str, reason: str
) -> None:
    app = app_source / "app.py"
    works = app.read_text()
    app.write_text(broken)
    kernel = start_kernel()

    said = kernel.text("1 + 1")
    assert reason in said
    assert said.count("\n") == 1
    assert said.endswith("\n2")
    assert kernel.text("2 + 2") == "4", "it is said once"

    app.write_text(works)
    assert kernel.text("from functions.general_functions import get_debug_mode; get_debug_mode()") == "True"


def test_an_app_that_breaks_later_is_kept_as_it_was(start_kernel: StartKernel, app_source: Path) -> None:
    kernel = start_kernel()
    kernel.text("from flask import current_app")
    app = app_source / "app.py"

    app.write_text(app.read_text() + "\n\ndef create_app():\n    return 1 / 0\n")

    assert "ZeroDivisionError" in kernel.text("current_app.name")
    assert kernel.text("current_app.name") == "'app'"


def test_what_the_app_says_while_it_is_made_is_not_shown(start_kernel: StartKernel, app_source: Path) -> None:
    app = app_source / "app.py"
    app.write_text(
        app.read_text().replace("    app = Flask(__name__)\n", "    app = Flask(__name__)\n    print('made')\n")
    )
    kernel = start_kernel()

    assert kernel.text("from flask import current_app; current_app.name") == "'app'"


def test_what_a_function_logs_is_shown(start_kernel: StartKernel) -> None:
    kernel = start_kernel()

    assert "something happened" in kernel.text(
        "from flask import current_app; current_app.logger.info('something happened')"
    )


def test_it_is_made_before_a_cell_waits_for_it(start_kernel: StartKernel) -> None:
    kernel = start_kernel()

    assert kernel.value("import sys; 'notebook_to_app.kernel.app_context' in sys.modules") == "True"


def test_threads_of_the_factory_are_said_to_run_here_too(start_kernel: StartKernel, app_source: Path) -> None:
    app = app_source / "app.py"
    start = "    threading.Thread(target=threading.Event().wait, name='cleaner', daemon=True).start()\n"
    app.write_text(
        "import threading\n"
        + app.read_text().replace("    app = Flask(__name__)\n", f"    app = Flask(__name__)\n{start}")
    )
    kernel = start_kernel()

    assert kernel.text("1 + 1") == "create_app() starts threads (cleaner): they run in this kernel as well.\n2"
    assert kernel.text("1 + 1") == "2"
