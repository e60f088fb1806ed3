"""``run.py`` serves an app that somebody brings along, whatever its modules are called and hold."""

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

import wsgi_hotreload
from hotreload_support.ports import free_port
from support.waiting import wait_for

RUN = Path(__file__).resolve().parents[2] / "worker-node/run.py"
APP = """\
from flask import Flask

{imports}

def create_app():
    app = Flask(__name__)
    app.config.from_object({settings})
    app.get("/")(lambda: app.config["GREETING"])
    return app
"""
# What is in its folder besides app.py, how that imports it, and what it uses.
CONFIGURATIONS = {
    "a config.py of its own": ({"config.py": "GREETING = 'Hello'\n"}, "import config", "config"),
    "a class of another name": (
        {"config.py": "class Settings:\n    GREETING = 'Hello'\n"},
        "from config import Settings",
        "Settings",
    ),
    "a package": (
        {"config/__init__.py": "", "config/base.py": "GREETING = 'Hello'\n"},
        "from config import base",
        "base",
    ),
    "none": ({}, "import types", "types.SimpleNamespace(GREETING='Hello')"),
}


def text_at(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return str(response.read().decode())
    except OSError:
        return None


@pytest.mark.parametrize(("modules", "imports", "settings"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_an_app_with_its_own_configuration_is_served(
    tmp_path: Path, modules: dict[str, str], imports: str, settings: str
) -> None:
    for name, text in modules.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "app.py").write_text(APP.format(imports=imports, settings=settings))
    shutil.copy(RUN, tmp_path)
    port = free_port()
    installed = Path(wsgi_hotreload.__file__).resolve().parents[1]
    server = subprocess.Popen(
        [sys.executable, "run.py"],
        cwd=tmp_path,
        env=os.environ | {"ENVIRONMENT": "DEV", "HOST": "", "PORT": str(port), "PYTHONPATH": str(installed)},
    )
    try:
        assert wait_for("an answer", lambda: text_at(f"http://127.0.0.1:{port}/")) == "Hello"
        assert server.poll() is None
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0
