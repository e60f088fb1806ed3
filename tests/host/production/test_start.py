"""A wrong setting or an app that cannot be loaded ends the start: one clear message, and exit code 1."""

import subprocess
from collections.abc import Callable

import pytest

from host.conftest import output, run
from host.production.conftest import HARDENED, Container, Start
from support.waiting import wait_for

FLASK = "from flask import Flask\n"


@pytest.fixture
def refused(
    production_image: str, options_for: Callable[[str], list[str]]
) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Try to serve an app of one file."""
    return lambda app: run("docker", "run", "--rm", *HARDENED, *options_for(app), production_image)


@pytest.mark.parametrize(
    ("variable", "value", "what_to_do"),
    [
        ("ENVIRONMENT", "STAGING", "which is not known: set it to DEV or PROD."),
        ("PORT", "seven", "which it cannot be: set it to a whole number from 1 to 65535."),
        ("WORKERS", "many", "which it cannot be: set it to a whole number from 1 to 256."),
        ("WORKERS", "0", "which it cannot be: set it to a whole number from 1 to 256."),
        ("THREADS", "1.5", "which it cannot be: set it to a whole number from 1 to 4096."),
        ("DRAIN_SECONDS", "-1", "which it cannot be: set it to a number from 0 to 3600."),
        ("BODY_SECONDS", "nan", "which it cannot be: set it to a number from 0.1 to 3600."),
        ("METRICS_PORT", "70000", "which it cannot be: set it to a whole number from 0 to 65535."),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(
    production_image: str, variable: str, value: str, what_to_do: str
) -> None:
    refused = run("docker", "run", "--rm", "--env", f"{variable}={value}", production_image)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"{variable} is {value!r}, {what_to_do}\n"


def test_a_wrong_setting_of_the_app_is_refused_in_one_sentence(production_image: str) -> None:
    refused = run("docker", "run", "--rm", "--env=FLASK_LOG_LEVEL=LOUD", production_image)

    assert refused.returncode == 1
    first, last = refused.stderr.splitlines()
    assert first.startswith("FLASK_LOG_LEVEL is 'LOUD', which is not known: set it to one of ")
    assert last == "gunicorn has ended, and so does the container."


def test_without_a_folder_to_write_to_it_says_what_to_mount(production_image: str) -> None:
    refused = run("docker", "run", "--rm", "--read-only", "--ipc=none", production_image)

    assert refused.returncode == 1
    assert refused.stderr == "There is no folder to write to: mount one, and name it by TMPDIR.\n"


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ("def create_app(:\n", "SyntaxError: invalid syntax"),
        ("import nothing_of_this_name\n", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("def create_app():\n    raise ValueError('no database')\n", "ValueError: no database"),
        ("", "AttributeError: module 'app' has no attribute 'create_app'"),
        ("def create_app(): pass\n", "app:create_app made None, which is no Flask app."),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
        ("raise SystemExit\n", "SystemExit"),
        ("raise SystemExit('Set DATABASE_URL.')\n", "Set DATABASE_URL."),
    ],
)
def test_an_app_that_cannot_be_loaded_ends_the_start_and_one_worker_says_why(
    refused: Callable[[str], subprocess.CompletedProcess[str]], app: str, said: str
) -> None:
    result = refused(app)

    assert result.returncode == 1
    lines = result.stderr.splitlines()
    assert lines.count(said) == 1
    assert lines[-1] == "gunicorn has ended, and so does the container."
    assert len(lines) < 10


def test_the_traceback_begins_at_the_apps_own_line(
    refused: Callable[[str], subprocess.CompletedProcess[str]],
) -> None:
    result = refused("import os\n\ndef create_app():\n    os.listdir('/nowhere')\n")

    assert result.stderr.startswith(
        'Traceback (most recent call last):\n  File "/worker/app.py", line 4, in create_app\n    os.listdir'
    )


@pytest.mark.parametrize(
    "app",
    [
        "import sqlite3\ndef create_app():\n    sqlite3.connect('app.db').execute('create table t (x)')\n",
        "def create_app():\n    open('data.json', 'w')\n",
    ],
    ids=["SQLite", "a file"],
)
def test_an_app_that_writes_beside_itself_is_told_where_to(
    refused: Callable[[str], subprocess.CompletedProcess[str]], app: str
) -> None:
    result = refused(app)

    assert result.returncode == 1
    assert "Only /dev/shm is writable, and ends with the container: write there or to a volume." in (
        result.stderr.splitlines()
    )


def test_an_app_that_writes_beside_itself_in_a_request_is_told_in_the_logged_traceback(
    start_app: Callable[[str], Container],
) -> None:
    container = start_app(
        f"{FLASK}def create_app():\n    app = Flask('app')\n"
        "    app.add_url_rule('/write', view_func=lambda: open('data.json', 'w').write('x'))\n    return app\n"
    )

    assert container.get("/write")[0] == 500
    (traceback,) = [line["exc_info"] for line in container.lines if "exc_info" in line]
    assert traceback.endswith("\nOnly /dev/shm is writable, and ends with the container: write there or to a volume.")


def test_what_an_app_writes_to_wsgi_errors_is_not_lost_where_gunicorn_has_a_log_file(
    start: Start, options_for: Callable[[str], list[str]]
) -> None:
    """Flask's documentation has apps log there: by flask.logging.wsgi_errors_stream."""
    container = start(
        *options_for(
            f"{FLASK}from flask.logging import wsgi_errors_stream\ndef create_app():\n    app = Flask('app')\n"
            "    app.add_url_rule('/', view_func=lambda: wsgi_errors_stream.write('to wsgi.errors\\n') or 'Ok')\n"
            "    return app\n"
        ),
        "--env=GUNICORN_CMD_ARGS=--error-logfile /dev/shm/error.log",
    )
    container.wait_until_ready()

    assert container.get("/") == (200, "Ok")
    wait_for("the line", lambda: "to wsgi.errors\n" in "".join(container.said))


def test_an_app_whose_process_is_gone_while_it_loads_ends_the_start(
    refused: Callable[[str], subprocess.CompletedProcess[str]],
) -> None:
    result = refused("import os; os._exit(7)")

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "gunicorn has ended, and so does the container."


def test_an_app_that_can_be_loaded_in_one_process_only_ends_the_start(
    refused: Callable[[str], subprocess.CompletedProcess[str]],
) -> None:
    result = refused(
        f"import glob, os\n{FLASK}def create_app():\n"
        "    try:\n        os.mkdir('/dev/shm/first')\n        return Flask('app')\n"
        "    except FileExistsError:\n"
        "        while not glob.glob('/dev/shm/production-*/loaded'): pass\n"
        "        raise ValueError('not twice') from None\n"
    )

    assert result.returncode == 1
    assert result.stderr.splitlines().count("ValueError: not twice") == 1
    assert result.stderr.splitlines()[-1] == "gunicorn has ended, and so does the container."


def test_an_app_that_takes_long_to_load_can_be_stopped_meanwhile(
    production_image: str, options_for: Callable[[str], list[str]]
) -> None:
    options = options_for("import time; time.sleep(600)")
    container = output("docker", "run", "--detach", *options, production_image)
    try:
        output("docker", "stop", "--time=20", container)

        assert output("docker", "inspect", "--format={{.State.ExitCode}}", container) == "0"
    finally:
        output("docker", "rm", "--force", container)


def test_a_stop_in_the_first_moments_leaves_nothing_in_the_folder(production_image: str) -> None:
    """Which may be a volume, and be there for long."""
    program = (
        "import os, subprocess, sys\n"
        "server = subprocess.Popen([sys.executable, 'run.py'])\n"
        "while not os.listdir('/dev/shm'): pass\n"
        "server.terminate()\n"
        "print(server.wait(), os.listdir('/dev/shm'))\n"
    )

    lines = output("docker", "run", "--rm", production_image, "python", "-c", program).splitlines()

    assert lines[-1] == "0 []", lines


def test_an_app_without_probes_is_served_and_the_server_answers_them(start_app: Callable[[str], Container]) -> None:
    container = start_app(f"{FLASK}def create_app(): return Flask('bare')\n")

    assert (container.get("/livez"), container.get("/readyz")) == ((200, "Ok"), (200, "Ok"))
    assert container.get("/demo")[0] == 404


def test_an_app_with_a_probe_of_its_own_answers_it(start_app: Callable[[str], Container]) -> None:
    container = start_app(
        f"{FLASK}def create_app():\n    app = Flask('own')\n"
        "    app.add_url_rule('/livez', view_func=lambda: 'alive')\n    return app\n"
    )

    assert (container.get("/livez"), container.get("/readyz")) == ((200, "alive"), (200, "Ok"))
