"""What is in the image that ships, and what it needs."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from host.conftest import BASE_IMAGE, REPOSITORY, Stack, clone, get, inspect_image, output, run
from host.production.conftest import Container, Start, processes
from support.waiting import wait_for

MOST_MB_OVER_BASE = 35


def python(image: str, program: str) -> str:
    return output("docker", "run", "--rm", image, "python", "-c", program)


def test_it_is_served_by_the_production_server(serving: Container) -> None:
    with urllib.request.urlopen(f"{serving.url}/demo", timeout=10) as answer:
        assert answer.read() == b"Ok"
        assert answer.headers["Server"] == "gunicorn"


def test_its_health_check_turns_healthy(serving: Container) -> None:
    wait_for("healthy", lambda: serving.inspect("{{.State.Health.Status}}") == "healthy")


def test_its_health_check_asks_at_the_port_that_is_set(start: Start) -> None:
    container = start("--env=PORT=8000")

    wait_for("healthy", lambda: container.inspect("{{.State.Health.Status}}") == "healthy")


@pytest.mark.parametrize("user", ["4321:0", "10001:10001", "65534:65534"])
def test_any_user_can_run_it_and_needs_no_writable_folder(start: Start, user: str) -> None:
    container = start(f"--user={user}")

    container.wait_until_ready()

    assert container.get("/demo") == (200, "Ok")
    assert container.execute("id", "-u") == user.partition(":")[0]


def test_it_starts_with_bytecode_for_all_that_it_imports(serving: Container) -> None:
    """Without, it takes twice as long: the user may not write it."""
    program = (
        "import sys; sys.path.insert(0, '/production')\n"
        "import os, gunicorn.app.wsgiapp, gunicorn.workers.gthread, serve, production_wsgi, app\n"
        "print(*[m.__name__ for m in sys.modules.values() if getattr(m, '__cached__', None)"
        " and m.__name__ != '__main__' and not os.path.exists(m.__cached__)])"
    )

    assert serving.execute("python", "-c", program) == ""


def test_it_runs_as_a_user_without_rights(production_image: str) -> None:
    config: Any = inspect_image(production_image)["Config"]

    assert config["User"] == "10001:10001"
    assert output("docker", "run", "--rm", production_image, "id", "-u") == "10001"


def test_it_has_the_apps_packages_and_no_others(production_image: str) -> None:
    program = (
        "import importlib.metadata as m; print(*sorted(d.name.lower().replace('_', '-') for d in m.distributions()))"
    )

    assert set(python(production_image, program).split()) == {
        "blinker", "click", "flask", "gunicorn", "itsdangerous", "jinja2", "markupsafe",
        "python-json-logger", "werkzeug", "whitenoise",
    }  # fmt: skip


@pytest.mark.parametrize("tool", ["pip", "gcc", "cc", "uv", "curl", "git"])
def test_it_has_no_tool_to_bring_more_in(production_image: str, tool: str) -> None:
    program = f"import shutil; print(shutil.which({tool!r}))"

    assert python(production_image, program) == "None"
    assert run("docker", "run", "--rm", production_image, "python", "-m", "pip").returncode == 1


def test_it_has_the_whole_app_but_no_test(production_image: str) -> None:
    files = output("docker", "run", "--rm", production_image, "find", "/worker", "-type", "f").split()
    found = {re.sub(r"__pycache__/(\w+)\.cpython-\d+\.pyc", r"\1.py", path.removeprefix("/worker/")) for path in files}

    tracked = output("git", "ls-files", cwd=REPOSITORY / "worker-node").split()
    assert found == {path for path in tracked if not path.startswith("tests/")}


WHAT_AN_APP_HAS = [
    "templates/page.html", "static/style.css", "static/.well-known/security.txt", "models/order.py", "data/words.json",
    "translations/fi/LC_MESSAGES/messages.mo", "migrations/env.py", "package/with_/depth.py", "py.typed", "cert.crt",
]  # fmt: skip
WHAT_STAYS_OUT = [
    ".env", ".env.local", "production.env", "config/.env", ".git/config", ".vscode/settings.json", "app.db",
    "app.db-wal",
    "instance/app.sqlite", "data/app.sqlite3", "data/app.sqlite3-journal", "keys/private.key", "keys/server.pem",
    "keys/id_rsa", "keys/id_ed25519", "keys/store.p12", "keys/store.pfx", "keys/store.jks", ".pypirc", ".netrc",
    "service-account.json", "credentials.json", "tests/test_app.py", "package/tests/test_it.py", "conftest.py",
    "__pycache__/x.pyc", "venv/pyvenv.cfg", ".venv/bin/python", "env/lib/python3.14/site-packages/x.py",
    "node_modules/x/index.js", "debug.log", ".pytest_cache/x", "x.egg-info/PKG-INFO", ".ipynb_checkpoints/x.ipynb",
]  # fmt: skip


def test_what_an_app_brings_is_in_the_image_and_what_is_secret_or_made_is_not(tmp_path: Path) -> None:
    stack = Stack(clone(tmp_path / "clone"), {"IMAGE_TAG": "with-files"})
    for name in WHAT_AN_APP_HAS + WHAT_STAYS_OUT:
        path = stack.folder / "worker-node" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    stack.compose("build", "production")
    try:
        program = (
            f"import os; print(*[n for n in {WHAT_AN_APP_HAS + WHAT_STAYS_OUT!r} if os.path.exists(n)], sep='\\n')"
        )

        assert set(python(stack.production_image, program).split("\n")) == set(WHAT_AN_APP_HAS)
    finally:
        output("docker", "image", "rm", "--force", stack.production_image)


def test_static_files_are_compressed_ahead_of_time(tmp_path: Path) -> None:
    stack = Stack(clone(tmp_path / "clone"), {"IMAGE_TAG": "with-static"})
    (stack.folder / "worker-node/static").mkdir()
    (stack.folder / "worker-node/static/style.css").write_text("body { color: black }\n" * 100)
    stack.compose("build", "production")
    try:
        assert python(stack.production_image, "import os; print(os.path.exists('static/style.css.gz'))") == "True"
    finally:
        output("docker", "image", "rm", "--force", stack.production_image)


def test_development_is_refused_in_one_sentence(production_image: str) -> None:
    refused = run("docker", "run", "--rm", "--env", "ENVIRONMENT=DEV", production_image)

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert refused.stderr.startswith("ENVIRONMENT is 'DEV', which needs ")


def test_a_setting_is_overridden_by_a_prefixed_variable(production_image: str) -> None:
    program = "import app; print(app.create_app().config['MAX_CONTENT_LENGTH'])"
    command = ["docker", "run", "--rm", "--env", "FLASK_MAX_CONTENT_LENGTH=1024", production_image, "python", "-c"]

    assert output(*command, program) == "1024"


def test_static_files_have_the_age_of_flasks_setting(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=FLASK_SEND_FILE_MAX_AGE_DEFAULT=5")

    with urllib.request.urlopen(f"{container.url}/static/style.css", timeout=10) as response:
        assert response.headers["Cache-Control"] == "max-age=5, public"


def test_it_has_no_secret_and_no_mount(production_image: str) -> None:
    config: Any = inspect_image(production_image)["Config"]
    history = output("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", production_image)

    assert not config.get("Volumes")
    assert not re.search(r"token|password|secret", json.dumps(config["Env"]) + history, re.IGNORECASE)


def test_it_says_what_it_is(production_image: str) -> None:
    """In the standard annotations, see https://specs.opencontainers.org/image-spec/annotations/ ."""
    config: Any = inspect_image(production_image)["Config"]
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}

    assert labels.keys() >= {"title", "description", "licenses", "base.name"}
    assert labels["base.name"] == BASE_IMAGE


def test_its_size_is_reported(production_image: str, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {image: int(str(inspect_image(image)["Size"])) for image in (production_image, BASE_IMAGE)}
    over_base = (sizes[production_image] - sizes[BASE_IMAGE]) / 1e6
    with capsys.disabled():
        print(f"\nproduction image: {sizes[production_image] / 1e6:.0f} MB, {over_base:.1f} MB over its base")  # noqa: T201

    assert over_base < MOST_MB_OVER_BASE


def test_two_builds_of_a_commit_give_the_same_layers(tmp_path: Path) -> None:
    """But for the one that takes pip from the base: marks of what was deleted have the time of the build."""
    base: Any = inspect_image(BASE_IMAGE)["RootFS"]
    without_pip = len(base["Layers"])
    layers = []
    for clone_name in ("one", "another"):
        folder = clone(tmp_path / clone_name)
        epoch = output("git", "log", "-1", "--format=%ct", cwd=folder)
        stack = Stack(folder, {"SOURCE_DATE_EPOCH": epoch, "IMAGE_TAG": f"reproduced-{clone_name}"})
        stack.compose("build", "--no-cache", "production")
        image = inspect_image(stack.production_image)
        root: Any = image["RootFS"]
        layers.append(root["Layers"][without_pip + 1 :])
        output("docker", "image", "rm", "--force", stack.production_image)

    assert len(layers[0]) >= 3, "bytecode, packages, app"
    assert layers[0] == layers[1]


def test_it_can_be_built_with_a_list_of_its_parts(tmp_path: Path) -> None:
    """The command of docs/production.md, where the builder can: the default one of Docker Engine cannot."""
    folder = clone(tmp_path / "clone")
    archive = tmp_path / "image.tar"
    built = run("docker", "buildx", "build", "--sbom=true", f"--output=type=oci,dest={archive}", ".", cwd=folder)
    if built.returncode != 0 and re.search(
        r"attestation|exporter is not supported|buildkit-syft-scanner", built.stderr, re.IGNORECASE
    ):
        pytest.skip(f"this builder cannot: {built.stderr.strip().splitlines()[-1]}")

    assert built.returncode == 0, built.stderr
    assert b"spdx" in output("tar", "-xOf", archive).encode(errors="replace")


def test_no_process_stays_behind_as_a_zombie(start_with_test_routes: Start) -> None:
    container = start_with_test_routes()

    orphan = int(container.get("/orphan")[1])

    wait_for("its end", lambda: orphan not in [process for process, _, _ in processes(container)])


def test_its_signals_reach_the_server_through_an_init(serving: Container) -> None:
    (init,) = [line for process, _, line in processes(serving) if process == 1]

    assert init.split()[0] == "tini"


def test_a_url_without_a_route_is_not_found(serving: Container) -> None:
    assert get(f"{serving.url}/nowhere")[0] == 404
