"""One commits in JupyterLab's terminal where the whole checkout is mounted, as docs/notebooks.md says."""

import re

from host.conftest import REPOSITORY, Stack, output

FEATURE = "tests/stack/browser/test_whole_feature.py"


def override() -> str:
    """What the docs have one save."""
    section = (REPOSITORY / "docs/notebooks.md").read_text().partition("## Git in JupyterLab's terminal")[2]
    return str(re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)[0])


def test_a_feature_is_committed_in_the_terminal_and_who_commits_is_kept(stack: Stack) -> None:
    before = output("git", "rev-parse", "HEAD", cwd=stack.folder)
    (stack.folder / "compose.override.yaml").write_text(override())
    stack.compose("run", "--rm", "--env", "COMMIT_IN_TERMINAL=1", "tests", "pytest", FEATURE)

    assert output("git", "rev-parse", "HEAD~1", cwd=stack.folder) == before
    assert output("git", "log", "-1", "--format=%an %s", cwd=stack.folder) == "Ada Count words"
    stack.compose("up", "--detach", "--wait", "--force-recreate", "notebooks")
    git = ("exec", "--no-TTY", "notebooks", "as-owner", "git")
    assert stack.compose(*git, "config", "--global", "user.name") == "Ada"
    assert stack.compose(*git, "rev-parse", "HEAD~1") == before


def test_without_that_nothing_of_the_repository_is_in_the_container(stack: Stack) -> None:
    stack.compose("up", "--detach", "--wait", "notebooks")

    found = stack.compose("exec", "--no-TTY", "notebooks", "as-owner", "find", "/workspace", "-maxdepth", "1")
    assert sorted(found.split()) == ["/workspace", "/workspace/notebooks", "/workspace/worker-node"]
