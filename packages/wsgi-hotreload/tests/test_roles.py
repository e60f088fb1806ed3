"""A role runs beside the app, from the same zygote, and is another process with the newest code after each save."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload_support.server import APP, PACKAGE_PATH, ReloadServer, Start, parent_of
from hotreload_support.waiting import wait_for

PROGRAM = """\
import sys

from wsgi_hotreload.__main__ import main
from wsgi_hotreload.supervisor import loop
from wsgi_hotreload.supervisor.handles import DEADLINES, State

loop.STOP_SECONDS = 30.0  # the machine may be busy
DEADLINES[State.RETIRING] = {seconds}
sys.argv += ["--role", "worker={command}"]
main()
"""
# Does one job after the other: it writes what it is asked for, and waits as long as there is a gate before it.
JOBS = """\
import os
import sys
import time
from pathlib import Path
from signal import SIGTERM, signal

import work

had_flask = "flask" in sys.modules
signals = []
signal(SIGTERM, lambda *_: signals.append(SIGTERM))  # an Event has a lock, which this process may hold just then
while not signals:
    for job in Path("jobs").glob("*.job"):
        job.with_suffix(".begun").write_text(f"{os.getpid()} {had_flask}")
        while job.with_suffix(".gate").exists():
            time.sleep(0.01)
        job.unlink()
        job.with_suffix(".done").write_text(work.do())
    time.sleep(0.01)
"""
WORK = 'def do():\n    return "{}"\n'

StartRole = Callable[..., ReloadServer]


@pytest.fixture
def start_role(start: Start, tmp_path: Path) -> StartRole:
    """Start a server with a role, whose command and ``jobs.py`` may be others, and a time to end in."""

    def start_role(command: str = "python -m jobs", jobs: str = JOBS, seconds: float = 30.0) -> ReloadServer:
        folder = tmp_path / "source"
        (folder / "jobs").mkdir(parents=True)
        (folder / "jobs.py").write_text(jobs)
        (folder / "work.py").write_text(WORK.format("first"))
        return start(program=PROGRAM.format(command=command, seconds=seconds))

    return start_role


def begin(server: ReloadServer, name: str) -> int:
    """Give the role a job, and return the pid of the process that has begun it."""
    server.write("", f"jobs/{name}.job")
    return int(text_of(server, f"{name}.begun").split()[0])


def result(server: ReloadServer, name: str) -> str:
    return text_of(server, f"{name}.done")


def text_of(server: ReloadServer, name: str) -> str:
    path = server.folder / "jobs" / name
    return wait_for(name, lambda: (path.read_text() or None) if path.exists() else None)


def has_ended(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_each_save_is_run_by_another_process_from_the_same_zygote(start_role: StartRole) -> None:
    server = start_role()
    first = begin(server, "1")
    assert result(server, "1") == "first"
    zygote = server.zygote()
    assert parent_of(first) == zygote
    wait_for("Flask in the zygote", lambda: "markupsafe" in Path(f"/proc/{zygote}/maps").read_text())

    server.save(WORK.format("second"), "work.py")
    wait_for("the end of the first process", lambda: has_ended(first))
    second = begin(server, "2")

    assert result(server, "2") == "second"
    assert text_of(server, "2.begun") == f"{second} True"
    assert server.get().text == "first"  # the app, which goes on


def test_a_job_is_finished_by_the_code_that_began_it_and_there_is_one_process_at_a_time(start_role: StartRole) -> None:
    server = start_role()
    server.write("", "jobs/1.gate")
    first = begin(server, "1")

    server.save(WORK.format("second"), "work.py")
    server.save(WORK.format("third"), "work.py")
    server.write("", "jobs/2.job")
    assert not has_ended(first)
    (server.folder / "jobs/1.gate").unlink()

    assert result(server, "1") == "first"
    assert result(server, "2") == "third"
    assert server.log().count("worker runs: python -m jobs") == 2


def test_a_process_that_does_not_finish_is_killed_after_a_time(start_role: StartRole) -> None:
    server = start_role(seconds=0.5)
    server.write("", "jobs/1.gate")
    first = begin(server, "1")

    server.save(WORK.format("second"), "work.py")
    wait_for("the end of the first process", lambda: has_ended(first))
    (server.folder / "jobs/1.gate").unlink()

    assert result(server, "1") == "second"
    server.wait_for_log("did not end by itself: it is killed")


def test_a_crash_is_told_with_its_traceback_and_the_next_good_save_starts_it_anew(start_role: StartRole) -> None:
    server = start_role()
    first = begin(server, "1")

    server.save("def do():\n    return 1 / 0\n", "work.py")
    wait_for("the end of the first process", lambda: has_ended(first))
    server.write("", "jobs/2.job")
    server.wait_for_log("worker crashed: ZeroDivisionError: division by zero. The next save starts it anew.")
    assert 'work.py", line 2, in do' in server.log()
    assert server.log().count("worker crashed") == 1
    assert server.get().text == "first"

    server.save(WORK.format("mended"), "work.py")
    server.write("", "jobs/3.job")
    assert result(server, "3") == "mended"


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        ("def broken(:\n", "worker crashed: SyntaxError: invalid syntax"),
        ("import os\nos._exit(3)\n", "worker crashed: it ended with exit status 3"),
        ("import os\nos.kill(os.getpid(), 11)\n", "worker crashed: it was ended by SIGSEGV"),
        ("import sys\nsys.exit()\n", "worker has ended. The next save starts it anew."),
    ],
    ids=["syntax", "exit status", "signal", "end"],
)
def test_however_it_ends_is_told(start_role: StartRole, jobs: str, said: str) -> None:
    server = start_role(jobs=jobs)

    server.wait_for_log(said)

    assert server.get().text == "first"


def test_a_save_that_breaks_the_app_leaves_it_alone(start_role: StartRole) -> None:
    server = start_role()
    first = begin(server, "1")

    assert server.save("def broken(:\n")["state"] == "broken"
    server.write("", "jobs/2.gate")
    assert begin(server, "2") == first

    server.save(APP.format("mended"))
    (server.folder / "jobs/2.gate").unlink()
    assert result(server, "2") == "first"
    wait_for("the end of the first process", lambda: has_ended(first))


def test_it_may_be_a_command_of_an_installed_package(start_role: StartRole) -> None:
    server = start_role("flask --app app routes")

    server.wait_for_log("worker has ended")

    assert "/static/<path:filename>" in server.log()


def test_a_command_that_is_no_python_program_is_told_in_one_sentence(start_role: StartRole) -> None:
    server = start_role("sleep 5")

    server.wait_for_log(
        "worker crashed: LookupError: 'sleep 5' is no Python program that is installed here: write python"
    )


def test_no_process_of_it_outlives_the_server(start_role: StartRole) -> None:
    child = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    server = start_role(jobs=child + JOBS)
    begin(server, "1")
    processes = server.processes()

    assert server.stop() == 0

    for pid in processes:
        wait_for("the end of all processes", lambda pid=pid: has_ended(pid))  # type: ignore[misc]


def test_a_job_that_is_nearly_done_is_finished_when_the_server_stops(start_role: StartRole) -> None:
    server = start_role(jobs=JOBS.replace("*_: signals", "*_: Path('jobs/1.gate').unlink() or signals"))
    server.write("", "jobs/1.gate")
    begin(server, "1")

    server.process.send_signal(signal.SIGTERM)

    assert result(server, "1") == "first"
    assert server.process.wait(timeout=30) == 0


def test_an_option_without_a_command_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "wsgi_hotreload", "app", "--role", "worker"]

    ended = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": PACKAGE_PATH}, check=False, capture_output=True, text=True
    )

    assert ended.returncode == 2
    assert "'worker' names no role: write NAME=COMMAND" in ended.stderr
