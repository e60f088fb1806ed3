"""What must work in every set-up, in the order of a working day."""

from concurrent.futures import ThreadPoolExecutor

from host.conftest import contents, get, save_notebook
from host.setups.conftest import Running
from host.setups.every_setup import LIST_OWNERS, in_checkout
from support.waiting import wait_for

ROUTES = "worker-node/routes/general_routes.py"
SLOW_ROUTE = """

@general.get("/slow")
def slow() -> str:
    import time

    print("slow begins", flush=True)
    time.sleep(1)
    return "finished"
"""


def test_up(running: Running) -> None:
    page = get(f"http://127.0.0.1:{running.stack.notebooks_port}/lab?token={running.stack.token}")

    assert running.stack.get("/demo") == (200, "Ok")
    assert page[0] == 200
    assert "<title>JupyterLab</title>" in page[1]
    assert "Permission" not in running.stack.logs("notebooks") + running.stack.logs("worker-node")


def test_save(running: Running) -> None:
    jupyter = (running.stack.notebooks_port, running.stack.token, ROUTES)
    text = contents(*jupyter)["content"]

    contents(*jupyter, {"type": "file", "format": "text", "content": text + SLOW_ROUTE})

    wait_for("the new route", lambda: running.stack.get("/slow") == (200, "finished"))


def test_notebook_saved(running: Running) -> None:
    jupyter = (running.stack.notebooks_port, running.stack.token, "notebooks/saved.ipynb")

    save_notebook(*jupyter)

    assert contents(*jupyter)["content"]["cells"] == []


def test_call_from_notebook(running: Running) -> None:
    program = "import requests; print(requests.get('http://worker-node:7500/demo').text)"

    assert running.stack.compose("exec", "-T", "notebooks", "as-owner", "python", "-c", program) == "Ok"


def test_tests(running: Running) -> None:
    printed = running.stack.compose("exec", "-T", "worker-node", "as-owner", "python", "-m", "pytest")

    assert " passed" in printed.splitlines()[-1]


def test_owner(running: Running) -> None:
    owner = running.setup.owner
    files = in_checkout(running.stack.folder, LIST_OWNERS).splitlines()

    assert f"{owner}:{owner} ./notebooks/saved.ipynb" in files
    assert f"{owner}:{owner} ./worker-node/__pycache__" in files
    assert [line for line in files if not line.startswith(f"{owner}:{owner} ")] == []


def test_stop(running: Running) -> None:
    begun = running.stack.logs("worker-node").count("slow begins")
    with ThreadPoolExecutor() as in_the_background:
        response = in_the_background.submit(running.stack.get, "/slow")
        wait_for("the request", lambda: running.stack.logs("worker-node").count("slow begins") > begun)

        # Beyond the 3 s of compose.yaml, on a machine that is busy with other tests.
        running.stack.compose("stop", "--timeout", "60")

        assert response.result() == (200, "finished")
    for service in ("worker-node", "notebooks"):
        assert running.stack.inspect(service, "{{.State.ExitCode}}") == "0", running.stack.logs(service)
