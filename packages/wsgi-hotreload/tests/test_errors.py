"""Whatever the app does, the server lives, says what happened, and the next good save mends it."""

import contextlib
import os
import signal
from collections.abc import Iterator

import pytest
import requests

from hotreload_support.server import APP, ReloadServer, Start, parent_of, serve_app
from hotreload_support.swapping import needs_swaps
from hotreload_support.waiting import wait_for

# Ways to fail, and what is said about each.
FAILURES = {
    "syntax": ("def broken(:\n", "SyntaxError: invalid syntax"),
    "import": ("import not_installed\n", "ModuleNotFoundError: No module named 'not_installed'"),
    "factory": ("def create_app():\n    raise RuntimeError('no database')\n", "RuntimeError: no database"),
    "no factory": ("", "app.py defines no create_app()"),
    "SystemExit": ("raise SystemExit(3)\n", "SystemExit: 3"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt\n", "KeyboardInterrupt"),
    "os._exit": ("import os\nos._exit(3)\n", "it ended with exit status 3"),
    "signal": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "it was ended by SIGSEGV"),
    "recursion": ("def f(): f()\nf()\n", "RecursionError"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReloadServer]:
    """One that must live through all failures."""
    folder = tmp_path_factory.mktemp("lasting")
    server = serve_app(folder / "source", folder / "log", APP.format("first"))
    yield server
    server.stop()
    print(server.log())  # noqa: T201


@pytest.mark.parametrize(("text", "said"), FAILURES.values(), ids=FAILURES)
def test_a_save_that_fails_is_answered_with_the_reason_and_mended_by_the_next(
    server: ReloadServer, text: str, said: str
) -> None:
    assert server.save(text)["state"] == "broken"

    answer = server.get()
    assert answer.status_code == 500
    assert said in answer.text
    assert server.log().count(said) >= 1
    assert server.save(APP.format("mended"))["state"] == "live"
    assert server.get().text == "mended"


@pytest.mark.parametrize(("text", "said"), FAILURES.values(), ids=FAILURES)
def test_a_first_start_that_fails_is_the_same(start: Start, text: str, said: str) -> None:
    server = start(text)

    assert said in server.get().text
    server.save(APP.format("mended"))
    assert server.get().text == "mended"


def test_a_failure_is_logged_once(server: ReloadServer) -> None:
    server.save("def broken_once(:\n")
    for _ in range(5):
        server.get()

    assert server.log().count("def broken_once(:") == 1


def test_a_browser_gets_a_page_that_waits_for_the_next_generation(server: ReloadServer) -> None:
    generation = server.save("raise RuntimeError('<b>')\n")["generation"]

    page = server.get(headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert page.headers["Content-Type"].startswith("text/html")
    assert "RuntimeError: &lt;b&gt;" in page.text
    assert f'<script async src="/__hotreload__?script=error" data-after="{generation}"' in page.text


def test_an_upload_to_a_broken_app_gets_the_whole_answer(server: ReloadServer) -> None:
    server.save("def broken(:\n")

    answer = requests.post(server.url, data=b"x" * 5_000_000, timeout=60)

    assert answer.status_code == 500
    assert "SyntaxError" in answer.text


def test_an_endless_import_is_told_and_superseded_by_the_next_save(server: ReloadServer) -> None:
    server.save(APP.format("first"))
    server.write("while True: pass\n")
    server.wait_for_log("The app is still loading after 5 s. The next save starts it anew.")
    assert server.get().text == "first", "meanwhile the code before serves"

    server.save(APP.format("second"))

    assert server.get().text == "second"


TELLS_PID = """\
    import os
    app.add_url_rule("/pid", view_func=lambda: str(os.getpid()))
    return app"""
PID = APP.format("alive").replace("    return app", TELLS_PID)


def test_a_killed_worker_is_replaced_at_once(start: Start) -> None:
    server = start(PID)

    os.kill(server.worker(), signal.SIGKILL)

    wait_for("the app", lambda: server.get().text == "alive")
    server.wait_for_log("The app's process crashed: it was ended by SIGKILL")
    assert server.log().count("crashed") == 1
    assert server.status()["crash"].startswith("it was ended by SIGKILL")
    assert server.save(PID.replace("alive", "next"))["crash"] is None


def test_a_killed_zygote_is_replaced_and_interrupts_nothing(start: Start) -> None:
    server = start(PID)
    worker = server.worker()

    os.kill(server.zygote(), signal.SIGKILL)
    assert server.worker() == worker

    server.wait_for_log("The zygote is gone: it was ended by SIGKILL")
    server.save(APP.format("second"))
    assert server.get().text == "second"


def test_a_killed_spare_worker_is_replaced(start: Start) -> None:
    server = start(PID)
    zygote, worker = server.zygote(), server.worker()
    before = set(server.processes())
    for spare in before - {server.process.pid, zygote, worker}:
        with contextlib.suppress(ProcessLookupError):  # one that the server has replaced meanwhile
            os.kill(spare, signal.SIGKILL)
    wait_for("another", lambda: bool(server.children(zygote) - before))

    assert server.save(APP.format("second"))["state"] == "live"

    assert server.get().text == "second"


@needs_swaps
def test_a_save_is_live_even_if_all_spare_workers_were_killed_a_moment_ago(start: Start) -> None:
    """Their parents report it only after the save has taken them."""
    server = start(PID)
    server.wait_for_log("The PIN of the debugger")  # what it has imported is known: spare workers stay
    states = iter(range(1000))
    wait_for("a swap", lambda: server.save(PID.replace("alive", f"state {next(states)}"))["swapped"] > 0)
    zygote, worker = server.zygote(), server.worker()
    snapshot = parent_of(worker)
    assert snapshot
    wait_for("the zygote's spare worker beside the snapshot", lambda: len(server.children(zygote)) == 2)
    wait_for("that of the snapshot", lambda: len(server.children(snapshot)) == 2)
    spares = (server.children(zygote) | server.children(snapshot)) - {snapshot, worker}
    generation = server.status()["generation"]
    for parent in (zygote, snapshot):
        os.kill(parent, signal.SIGSTOP)
    for spare in spares:
        os.kill(spare, signal.SIGKILL)

    server.write(APP.format("second"))
    wait_for("the save", lambda: server.status()["state"] == "loading")
    os.kill(snapshot, signal.SIGCONT)
    wait_for("its report", lambda: len(server.children(snapshot)) == 1)
    server.status()  # what was reported before is known
    os.kill(zygote, signal.SIGCONT)

    assert server.settled_after(generation)["state"] == "live"
    assert server.get().text == "second"


def test_an_app_that_crashes_again_and_again_waits_for_the_next_save(server: ReloadServer) -> None:
    server.save("import os\n" + APP.replace('return "{}"', "os._exit(9)"))

    def gave_up() -> bool:
        with contextlib.suppress(requests.ConnectionError):
            server.get()
        return "crashes again and again: it ended with exit status 9" in server.log()

    wait_for("the end of all tries", gave_up, timeout=60)

    assert server.get().status_code == 500
    server.save(APP.format("mended"))
    assert server.get().text == "mended"


def test_a_worker_that_is_killed_while_it_loads_ends_alone(server: ReloadServer) -> None:
    server.save("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")

    assert "it was ended by SIGKILL" in server.get().text
    server.save(APP.format("mended"))
    assert server.get().text == "mended"


def test_an_error_and_a_list_of_imports_may_be_of_any_length(server: ReloadServer) -> None:
    server.save("raise ValueError('x' * 400_000)\n")

    assert server.get().text.count("x" * 400_000) == 2, "in the sentence, and in the traceback"
