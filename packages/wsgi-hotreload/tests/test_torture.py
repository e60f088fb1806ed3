"""A random walk of changes and kills under load: what is served is what a fresh interpreter serves.

``TORTURE_SEED`` and ``TORTURE_EDITS`` choose another walk, and a longer one.
"""

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Self

import pytest
import requests

from hotreload_support.random_project import RandomProject
from hotreload_support.server import PACKAGE_PATH, ReloadServer
from hotreload_support.swapping import SWAPS, needs_swaps
from hotreload_support.waiting import wait_for

SEED = int(os.environ.get("TORTURE_SEED", "1"))
EDITS = int(os.environ.get("TORTURE_EDITS", "300"))
KILL_EVERY = 25
CLIENTS = 2
# How many of the edits are made at the pace of a person, and not of a tool, and how long such a pause is.
PAUSES, PAUSE_SECONDS = 0.5, 0.3
# The pause of a client between two requests: the walk itself needs the processors too.
PACE_SECONDS = 0.05


class Load:
    """Clients that ask all the time, and count what comes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.outcomes: Counter[str] = Counter()
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def _ask(self) -> None:
        session = requests.Session()
        while not self._done.wait(PACE_SECONDS):
            try:
                self.outcomes[f"HTTP {session.get(self.url, timeout=60).status_code}"] += 1
            except requests.RequestException as error:
                self.outcomes[f"lost: {error!r}"] += 1

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()


def served(server: ReloadServer) -> tuple[int, str]:
    response = server.get()
    return response.status_code, response.text


def agrees(answer: tuple[int, str], fresh: tuple[int, str]) -> bool:
    """Whether the server says what a fresh interpreter says; of an error its type."""
    if fresh == (500, ""):  # os._exit ended the interpreter without a word
        return answer[0] == 500 and "it ended with exit status 3" in answer[1]
    return answer == fresh or (answer[0] == fresh[0] == 500 and fresh[1] in answer[1])


def kill_one(server: ReloadServer, chance: random.Random) -> bool:
    """Kill the zygote or one of the workers; return whether it may have been the one that serves."""
    zygote = server.zygote()
    victims = [pid for pid in server.processes() if pid != server.process.pid]
    victim = zygote if chance.random() < 0.3 else chance.choice(victims)
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return victim != zygote


def is_idle(server: ReloadServer, seconds: float = 1) -> bool:
    """Whether no generation begins within `seconds`: that nothing happens can only be watched."""
    before = server.status()["generation"]
    time.sleep(seconds)
    return bool(server.status()["generation"] == before)


def swaps(server: ReloadServer) -> int:
    """How many edits were served by swapping code; also shows why the others were not."""
    status = server.status()
    print(f"{status['swapped']} of {status['generation']} swapped, others not: {status['not_swapped']}")  # noqa: T201
    return int(status["swapped"])


def walk(server: ReloadServer, project: RandomProject, edits: int, patience: float = 30) -> None:
    """Change and kill at random under load; after each change what is served must agree within ``patience`` seconds."""
    chance = random.Random(SEED)  # noqa: S311
    steps: list[str] = []
    kills = 0
    try:
        server.status()
        with Load(server.url) as load:
            for number in range(edits):
                if number % KILL_EVERY == KILL_EVERY - 1:
                    kills += kill_one(server, chance)
                    steps.append("kill")
                if chance.random() < PAUSES:
                    time.sleep(PAUSE_SECONDS)
                steps.append(project.change())
                fresh = project.fresh_answer()
                wait_for(
                    f"{fresh} after {steps[-10:]}, step {number} of TORTURE_SEED={SEED}; served is {served(server)}",
                    lambda fresh=fresh: agrees(served(server), fresh),  # type: ignore[misc]
                    timeout=patience,
                )
        lost = {outcome: count for outcome, count in load.outcomes.items() if outcome.startswith("lost")}
        # Nobody can finish what a killed worker was serving.
        assert sum(lost.values()) <= kills * CLIENTS, f"{lost}, {kills} kills, TORTURE_SEED={SEED}"
        assert sum(load.outcomes.values()) > edits
        wait_for("a second without a reload after the last edit", lambda: is_idle(server))
        assert agrees(served(server), project.fresh_answer())
        assert swaps(server) > 0 or not SWAPS
    finally:
        server.stop()
        interesting = [line for line in server.log().splitlines() if '"GET / HTTP' not in line]
        print(f"TORTURE_SEED={SEED}", *steps[-20:], *interesting[-60:], sep="\n")  # noqa: T201


@pytest.mark.skipif(not shutil.which("git"), reason="Git is not installed")
def test_a_random_walk_loses_nothing_and_ends_each_step_in_the_right_state(tmp_path: Path) -> None:
    project = RandomProject(tmp_path / "source", SEED)
    walk(ReloadServer(project.folder, tmp_path / "log"), project, EDITS)


@pytest.mark.skipif(not shutil.which("git"), reason="Git is not installed")
@needs_swaps
def test_a_random_walk_finds_a_swap_that_is_wrong(tmp_path: Path) -> None:
    """Code that ran while the app was loaded is taken for the same."""
    project = RandomProject(tmp_path / "source", SEED)
    shutil.copytree(Path(PACKAGE_PATH, "wsgi_hotreload"), tmp_path / "package/wsgi_hotreload")
    rule = tmp_path / "package/wsgi_hotreload/worker/code_swap/comparison.py"
    checked = rule.read_text()
    rule.write_text(checked.replace("if _ran(old) != _ran(new):", "if False:"))
    assert rule.read_text() != checked

    with pytest.raises(AssertionError, match="in vain"):
        walk(ReloadServer(project.folder, tmp_path / "log", PYTHONPATH=str(tmp_path / "package")), project, 200, 5)
