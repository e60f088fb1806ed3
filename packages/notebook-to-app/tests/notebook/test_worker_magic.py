"""``%worker`` shows how the app is, from within a notebook."""

import contextlib
from collections.abc import Callable

import pytest
import requests

from hotreload_support.ports import free_port
from hotreload_support.server import APP, ReloadServer
from notebook_support.kernel import StartKernel


@pytest.fixture
def server(serve: Callable[[str], ReloadServer]) -> ReloadServer:
    return serve(APP.format("first"))


def test_the_last_save_and_the_routes_are_shown(start_kernel: StartKernel, server: ReloadServer) -> None:
    kernel = start_kernel(APP_URL=server.url, APP_PORT="7510")
    server.save(APP.format("second"))

    output = kernel.run("%worker")

    sentence, *routes = output.text.splitlines()
    assert sentence.startswith("The app is live: generation 2, after a save of app.py, in ")
    assert "GET http://localhost:7510/" in routes
    assert '<a href="http://localhost:7510/"' in output.html


def test_the_last_error_is_shown(start_kernel: StartKernel, server: ReloadServer) -> None:
    kernel = start_kernel(APP_URL=server.url)
    server.save("1 / 0\n")

    shown = kernel.text("%worker")

    assert shown.startswith("The app is broken: generation 2, after a save of app.py")
    assert "ZeroDivisionError: division by zero" in shown


def test_a_crash_is_shown_until_the_next_save(start_kernel: StartKernel, server: ReloadServer) -> None:
    kernel = start_kernel(APP_URL=server.url)
    server.save("import os\n" + APP.replace('return "{}"', "os._exit(9)"))
    generation = server.status()["generation"]

    with contextlib.suppress(requests.ConnectionError):
        server.get()
    server.settled_after(generation)

    assert "since the one before crashed: it ended with exit status 9." in kernel.text("%worker")
    server.save(APP.format("mended"))
    assert "crashed" not in kernel.text("%worker")


def test_an_app_that_does_not_run_is_one_sentence(start_kernel: StartKernel) -> None:
    kernel = start_kernel(APP_URL=f"http://127.0.0.1:{free_port()}")

    assert kernel.text("%worker") == "The app is not running.\n"
