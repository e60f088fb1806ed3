"""A wrong setting or an app that cannot be loaded ends the start: one clear message, exit code 1, no worker."""

import pytest

from host.conftest import output, run


@pytest.mark.parametrize(
    ("variable", "value", "what_to_do"),
    [
        ("ENVIRONMENT", "STAGING", "which is not known: set it to DEV or PROD."),
        ("PORT", "seven", "which is no port: set it to a number from 1 to 65535."),
        ("WORKERS", "many", "which it cannot be: set it to a whole number from 1 to 256."),
        ("WORKERS", "0", "which it cannot be: set it to a whole number from 1 to 256."),
        ("THREADS", "1.5", "which it cannot be: set it to a whole number from 1 to 1024."),
        ("DRAIN_SECONDS", "-1", "which it cannot be: set it to a number from 0 to 3600."),
        ("BODY_SECONDS", "nan", "which it cannot be: set it to a number from 0.1 to 3600."),
        ("METRICS_PORT", "70000", "which it cannot be: set it to a whole number from 1 to 65535."),
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
    assert refused.stderr.startswith("FLASK_LOG_LEVEL is 'LOUD', which is not known: set it to one of ")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("def create_app(:\n", "SyntaxError: invalid syntax"),
        ("import nothing_of_this_name\n", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("def create_app():\n    raise ValueError('no database')\n", "ValueError: no database"),
    ],
)
def test_an_app_that_cannot_be_made_ends_the_start(production_image: str, broken: str, said: str) -> None:
    program = f"rm -r __pycache__ && printf '%s' {shell_quoted(broken)} >app.py && exec python run.py"

    refused = run("docker", "run", "--rm", "--user=0", production_image, "sh", "-c", program)

    assert refused.returncode == 1
    lines = refused.stderr.splitlines()
    assert said in lines
    assert lines[-1] == "The app could not be made, see above: nothing was started."
    assert len(lines) < 10
    assert "worker-2" not in refused.stdout
    assert "Started worker" not in refused.stdout, "none listened"


def shell_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def test_an_app_whose_process_is_gone_while_it_is_made_ends_the_start(production_image: str) -> None:
    program = "rm -r __pycache__ && echo 'import os; os._exit(7)' >app.py && exec python run.py"

    refused = run("docker", "run", "--rm", "--user=0", production_image, "sh", "-c", program)

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == "The app could not be made: its process ended with exit code 7."


def test_an_app_that_takes_long_to_be_made_can_be_stopped_meanwhile(production_image: str) -> None:
    program = (
        "rm -r __pycache__ && echo 'import time; print(1, flush=True); time.sleep(600)' >app.py && exec python run.py"
    )
    container = output("docker", "run", "--detach", "--user=0", production_image, "sh", "-c", program)
    try:
        output("docker", "stop", "--time=20", container)

        assert output("docker", "inspect", "--format={{.State.ExitCode}}", container) == "0"
    finally:
        output("docker", "rm", "--force", container)
