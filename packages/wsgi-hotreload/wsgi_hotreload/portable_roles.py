"""The roles where processes cannot be forked: a new interpreter for each, after each save."""

from __future__ import annotations

import contextlib
import logging
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wsgi_hotreload.processes.exit_status import in_words

log = logging.getLogger("wsgi_hotreload")

FINISH_SECONDS = 30.0


@dataclass
class Role:
    name: str
    command: str
    process: subprocess.Popen[bytes] | None = None
    # When it is killed, once it was asked to end.
    deadline: float | None = None


class PortableRoles:
    """Each is asked to end at a save, by SIGTERM where there is such a thing, and started anew when it has."""

    def __init__(self, commands: Mapping[str, str], source: Path) -> None:
        self._source = source
        self._roles = [Role(name, command) for name, command in commands.items()]

    def restart(self) -> None:
        for role in self._roles:
            if not role.process:
                self._start(role)
            elif not role.deadline:
                role.process.terminate()
                role.deadline = time.monotonic() + FINISH_SECONDS

    def look_after(self) -> None:
        """Report those that have ended by themselves, and start those anew that were asked to end."""
        for role in self._roles:
            if not role.process:
                continue
            status = role.process.poll()
            if status is None:
                if role.deadline and time.monotonic() > role.deadline:
                    role.process.kill()
            elif role.deadline:
                self._start(role)
            else:
                role.process = None
                log.log(
                    logging.ERROR if status else logging.INFO,
                    "%s has ended: %s. The next save starts it anew.",
                    role.name,
                    in_words(status),
                )

    def end(self, seconds: float) -> None:
        """Have all end, and kill those that have not after some seconds."""
        processes = [role.process for role in self._roles if role.process]
        deadline = time.monotonic() + seconds
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self, role: Role) -> None:
        words = shlex.split(role.command)
        if words[0] in ("python", "python3"):
            words[0] = sys.executable
        role.deadline = role.process = None
        with contextlib.suppress(OSError):  # there is no such command
            role.process = subprocess.Popen(words, cwd=self._source)
        how = "runs" if role.process else "cannot run"
        log.log(logging.INFO if role.process else logging.ERROR, "%s %s: %s", role.name, how, role.command)
