"""What editors, version control, and apps do to a reloader."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from hotreload_support.editing import save_by_rename, save_in_place
from hotreload_support.server import APP, PACKAGE_PATH, ReloadServer, Start
from hotreload_support.waiting import wait_for
from wsgi_hotreload.processes.installed import package_folders

# One that this process may write to: the user's own, or a virtual environment's.
PACKAGES = package_folders()[-1]

# An app that answers with what it finds in a module.
IMPORTING = APP.replace('"{}"', "__import__('functions.greeting').greeting.TEXT")


def test_saves_of_one_size_in_one_second_are_each_answered(server: ReloadServer) -> None:
    for number in range(100, 130):
        server.save(APP.format(number))
        assert server.get().text == str(number)


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_a_save_is_noticed_however_the_editor_writes(server: ReloadServer, save) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    save(server.folder / "app.py", APP.format("second"))
    server.settled_after(1)

    assert server.get().text == "second"


def test_a_burst_ends_with_its_last_state(server: ReloadServer) -> None:
    for number in range(300):
        server.write(APP.format(number))

    settled = server.save("", "later.py")["generation"]  # changes are noticed in their order
    assert server.get().text == "299"
    assert server.status()["generation"] == settled


def test_a_file_that_is_written_slowly_is_loaded_when_it_is_whole(server: ReloadServer) -> None:
    text = APP.format("whole")
    with (server.folder / "app.py").open("w") as file:
        for start in range(0, len(text), 10):
            file.write(text[start : start + 10])
            file.flush()

    wait_for("the whole file", lambda: server.get().text == "whole")
    assert "Error" not in server.log()


@pytest.mark.skipif(not shutil.which("git"), reason="Git is not installed")
def test_a_checkout_of_hundreds_of_files_ends_with_all_of_them(start: Start) -> None:
    server = start(
        APP.format("").replace(
            'return ""', "import glob; return str(sum(int(open(f).read()) for f in glob.glob('parts/*.py')))"
        )
    )
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.com", "-C", str(server.folder)]
    (server.folder / "parts").mkdir()
    (server.folder / ".gitignore").write_text("__pycache__/\n")
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for revision in (1, 2):
        for number in range(300):
            server.write(str(revision), f"parts/part_{number}.py")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", "parts", "--allow-empty"], check=True)

    subprocess.run([*git, "checkout", "-q", "HEAD~1"], check=True)

    wait_for("all parts", lambda: server.get().text == "300")


def test_a_new_package_a_renamed_one_and_a_deleted_one(server: ReloadServer) -> None:
    server.write("TEXT = 'new'\n", "functions/greeting.py")
    server.save(IMPORTING)
    assert server.get().text == "new"

    (server.folder / "functions").rename(server.folder / "renamed")
    wait_for("an error", lambda: server.get().status_code == 500)
    (server.folder / "renamed").rename(server.folder / "functions")
    wait_for("the package", lambda: server.get().text == "new")

    shutil.rmtree(server.folder / "functions")
    wait_for("an error", lambda: server.get().status_code == 500)
    server.save("TEXT = 'again'\n", "functions/greeting.py")
    wait_for("the package", lambda: server.get().text == "again")


def test_templates_need_no_reload(start: Start) -> None:
    renders = APP.replace(
        'return "{}"', "from flask import render_template; return render_template('page.html')"
    ).replace("    return app", "    app.debug = True\n    return app")
    server = start(APP.format("first"))
    server.write("one", "templates/page.html")
    generation = server.save(renders)["generation"]
    assert server.get().text == "one"

    server.write("two", "templates/page.html")

    wait_for("the template", lambda: server.get().text == "two")
    assert server.status()["generation"] == generation


def test_a_save_that_changes_back_and_forth_while_loading_ends_with_the_last(server: ReloadServer) -> None:
    for number in range(20):
        server.write(f"import time\ntime.sleep(0.1)\n{APP.format(number)}")
        time.sleep(0.03)  # the pace of a person who saves again and again, faster than the app loads

    wait_for("the last", lambda: server.get().text == "19")


THREADS_AND_CHILDREN = APP.format("first").replace(
    "    return app",
    """\
    import subprocess, threading, time
    threading.Thread(target=time.sleep, args=[3600]).start()
    child = subprocess.Popen(["sleep", "3600"])
    app.add_url_rule("/child", view_func=lambda: str(child.pid))
    return app""",
)


def test_threads_and_children_of_the_app_end_with_their_worker(start: Start) -> None:
    server = start(THREADS_AND_CHILDREN)
    child = Path("/proc", server.get("/child").text)
    assert child.exists()

    server.save(APP.format("second"))

    wait_for("the end of the child", lambda: not child.exists())


def test_a_child_that_wants_to_stay_is_ended_too(start: Start) -> None:
    server = start(
        THREADS_AND_CHILDREN.replace('["sleep", "3600"]', '["sh", "-c", "trap : TERM; while :; do sleep 1; done"]')
    )
    child = Path("/proc", server.get("/child").text)

    server.save(APP.format("second"))

    wait_for("the end of the child", lambda: not child.exists())


def test_libraries_are_imported_once_not_at_each_save(start: Start) -> None:
    was_there = "import sys\nTHERE = 'sqlite3' in sys.modules\nimport sqlite3\n"
    app = was_there + APP.format("").replace('""', "str(THERE)")
    server = start(app)
    assert server.get().text == "False"

    def save_again() -> bool:
        server.save(f"AT = {time.monotonic()}\n{app}")
        return server.get().text == "True"

    wait_for("a worker that has it already", save_again)


def test_libraries_see_the_variables_that_the_app_sets_before_it_imports_them(start: Start) -> None:
    app = "import os\nos.environ['WANTED'] = '{0}'\nimport looks_at_environment\n" + APP.replace(
        'return "{}"', "return looks_at_environment.SEEN + '/{0}'"
    )
    library = PACKAGES / "looks_at_environment.py"
    library.write_text("import os\nSEEN = os.environ.get('WANTED')\n")
    try:
        server = start(app.format("first"))
        assert server.get().text == "first/first"
        for value in ("second", "third"):
            server.save(app.format(value))
            wait_until_answered(server, f"{value}/{value}")
    finally:
        library.unlink()


def wait_until_answered(server: ReloadServer, text: str) -> None:
    wait_for(text, lambda: server.get().text == text)


def test_a_newly_installed_package_is_seen_without_a_save(start: Start, tmp_path: Path) -> None:
    # An environment of its own, since the servers of all tests would see the package.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (packages,) = (tmp_path / "venv").glob("lib/*/site-packages")
    reads = (
        "from importlib import metadata\n"
        "NAMES = [d.name for d in metadata.distributions() if d.name == 'made-by-a-test']\n"
    ) + APP.replace('"{}"', "str(NAMES)")
    path = os.pathsep.join([PACKAGE_PATH, sysconfig.get_path("purelib")])
    server = start(reads, python=str(tmp_path / "venv/bin/python"), PYTHONPATH=path)
    assert server.get().text == "[]"

    info = packages / "made_by_a_test-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-by-a-test\nVersion: 1\n")

    wait_for("the package", lambda: server.get().text == "['made-by-a-test']")
    server.wait_for_log("Installed packages have changed: made_by_a_test-1")


def test_a_folder_of_packages_that_somebody_put_on_the_path_is_watched_too(start: Start, tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    (tmp_path / "elsewhere").mkdir()
    packages.symlink_to(tmp_path / "elsewhere")
    app = APP.replace('"{}"', "str(__import__('importlib').util.find_spec('added_by_a_test'))")
    server = start(f"import importlib.util\n{app}", PYTHONPATH=f"{PACKAGE_PATH}{os.pathsep}{packages}")
    assert server.get().text == "None"

    (packages / "added_by_a_test.py").touch()
    (packages / "added_by_a_test-1.dist-info").mkdir()

    server.wait_for_log("Installed packages have changed: added_by_a_test-1")
    wait_for("the module", lambda: "added_by_a_test.py" in server.get().text)


def test_random_numbers_differ_between_states(start: Start) -> None:
    rolls = "import random\nROLLED = random.random()\n" + APP.replace('"{}"', "str(ROLLED)")
    server = start(rolls)
    seen = {server.get().text}
    for number in range(5):
        server.save(f"NUMBER = {number}\n{rolls}")
        seen.add(server.get().text)

    assert len(seen) == 6
