"""The image that ships."""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from host.conftest import BASE_IMAGE, free_port, get, inspect_image, output, run
from support.waiting import wait_for

HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges")


@pytest.fixture
def serving(production_image: str) -> Iterator[tuple[str, str]]:
    """A running container, and its address."""
    port = free_port()
    container = output("docker", "run", "--detach", "--publish", f"127.0.0.1:{port}:7500", *HARDENED, production_image)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for("the first answer", lambda: get(f"{url}/demo")[0] == 200)
        yield container, url
    finally:
        output("docker", "rm", "--force", container)


def python(image: str, program: str) -> str:
    return output("docker", "run", "--rm", image, "python", "-c", program)


def test_it_serves_the_app_hardened(serving: tuple[str, str]) -> None:
    assert get(f"{serving[1]}/demo") == (200, "Ok")


def test_it_is_served_by_the_production_server(serving: tuple[str, str]) -> None:
    with urllib.request.urlopen(f"{serving[1]}/demo", timeout=10) as answer:
        assert answer.headers["Server"] == "granian"


def test_its_log_tells_the_steps_of_the_factory_once_each(serving: tuple[str, str]) -> None:
    get(f"{serving[1]}/demo")
    log = run("docker", "logs", serving[0])
    messages = re.findall(r" - WARNING - app - (.*)", log.stdout + log.stderr)

    assert messages[:4] == ["Chosen environment is production", "Routes imported", "Routes registered", "Node ready"]
    assert set(messages[4:]) == {"Debug mode is False"}


def test_its_health_check_turns_healthy(serving: tuple[str, str]) -> None:
    wait_for(
        "healthy",
        lambda: output("docker", "inspect", "--format", "{{.State.Health.Status}}", serving[0]) == "healthy",
    )


def test_it_ends_by_itself_when_it_is_stopped(serving: tuple[str, str]) -> None:
    output("docker", "stop", serving[0])

    assert output("docker", "inspect", "--format", "{{.State.ExitCode}}", serving[0]) == "0"


def test_it_runs_as_a_user_without_rights(production_image: str) -> None:
    config: Any = inspect_image(production_image)["Config"]

    assert config["User"] == "10001:10001"
    assert output("docker", "run", "--rm", production_image, "id", "-u") == "10001"


def test_it_has_the_apps_packages_and_no_others(production_image: str) -> None:
    program = "import importlib.metadata as m; print(*sorted(d.name.lower() for d in m.distributions()))"

    assert set(python(production_image, program).split()) == {
        "blinker", "click", "flask", "granian", "itsdangerous", "jinja2", "markupsafe", "werkzeug",
    }  # fmt: skip


def test_it_has_no_test_and_no_development_tool(production_image: str) -> None:
    files = output("docker", "run", "--rm", production_image, "find", "/worker", "-name", "*.py").split()

    assert sorted(path.removeprefix("/worker/") for path in files) == [
        "app.py",
        "config.py",
        "functions/general_functions.py",
        "healthcheck.py",
        "routes/general_routes.py",
        "routes/health_routes.py",
        "run.py",
        "servers/address.py",
        "servers/development.py",
        "servers/production.py",
    ]


def test_development_is_refused_in_one_sentence(production_image: str) -> None:
    refused = run("docker", "run", "--rm", "--env", "ENVIRONMENT=DEV", production_image)

    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        "ENVIRONMENT is 'DEV', which needs hotreload, and it is not installed here: "
        "install requirements-dev.txt, or set ENVIRONMENT to PROD."
    )


@pytest.mark.parametrize("value", ["STAGING", "prod"])
def test_an_unknown_environment_is_refused_in_one_sentence(production_image: str, value: str) -> None:
    refused = run("docker", "run", "--rm", "--env", f"ENVIRONMENT={value}", production_image)

    assert refused.returncode == 1
    assert refused.stderr.strip() == f"ENVIRONMENT is {value!r}, which is not known: set it to DEV or PROD."


def test_a_setting_is_overridden_by_a_prefixed_variable(production_image: str) -> None:
    program = "import app; print(app.create_app().config['MAX_CONTENT_LENGTH'])"
    command = ["docker", "run", "--rm", "--env", "FLASK_MAX_CONTENT_LENGTH=1024", production_image, "python", "-c"]

    assert output(*command, program) == "1024"


def test_it_has_no_secret_and_no_mount(production_image: str) -> None:
    environment: Any = inspect_image(production_image)["Config"]
    history = output("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", production_image)

    assert not environment.get("Volumes")
    assert not re.search(r"token|password|secret", json.dumps(environment["Env"]) + history, re.IGNORECASE)


def test_its_size_is_reported(production_image: str, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {image: int(str(inspect_image(image)["Size"])) for image in (production_image, BASE_IMAGE)}
    over_base = (sizes[production_image] - sizes[BASE_IMAGE]) / 1e6
    with capsys.disabled():
        print(f"\nproduction image: {sizes[production_image] / 1e6:.0f} MB, {over_base:.0f} MB over its base")  # noqa: T201

    assert over_base < 60
