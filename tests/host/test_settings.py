"""One rule: what stands in ``.env`` and in ``secrets.env`` reaches the app, wherever it runs, and nothing else does."""

import json

from host.conftest import Stack, output

SHOW = """
import json, os
from app import create_app
config = create_app().config
print(json.dumps([config["GREETING"], os.environ["API_KEY"], os.environ["ENVIRONMENT"], "OF_THE_HOST" in os.environ]))
"""


def test_settings_and_secrets_reach_the_app_in_all_containers(stack: Stack) -> None:
    with (stack.folder / ".env").open("a") as env:
        env.write("FLASK_GREETING=hello\n")
    (stack.folder / "secrets.env").write_text("API_KEY='pa$$word'\n")
    stack.environment |= {"OF_THE_HOST": "leaks"}
    stack.compose("up", "--detach", "--wait", "--scale", "production=1", "worker-node", "notebooks", "production")
    below = ("--workdir", "/workspace/worker-node")

    shown = {
        "development": stack.compose("exec", "--no-TTY", "worker-node", "as-owner", "python", "-c", SHOW),
        "notebooks": stack.compose("exec", "--no-TTY", *below, "notebooks", "as-owner", "python", "-c", SHOW),
        "tests": stack.compose("run", "--rm", "--no-TTY", *below, "tests", "python", "-c", SHOW),
        "production": stack.compose("exec", "--no-TTY", "production", "python", "-c", SHOW),
    }

    assert {where: json.loads(lines.splitlines()[-1]) for where, lines in shown.items()} == {
        "development": ["hello", "pa$$word", "DEV", False],
        "notebooks": ["hello", "pa$$word", "DEV", False],
        "tests": ["hello", "pa$$word", "DEV", False],
        "production": ["hello", "pa$$word", "PROD", False],
    }
    assert output("git", "status", "--porcelain", "secrets.env", cwd=stack.folder) == ""
