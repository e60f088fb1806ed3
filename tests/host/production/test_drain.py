"""Nothing that was accepted is lost when a container ends."""

import ast
import contextlib
import http.client
import threading
from collections.abc import Iterator

import pytest

from host.conftest import output
from host.production.conftest import Container, Load, Start
from host.production.raw_clients import connect, receive, status_of
from support.waiting import wait_for

STOPS = 20
REQUEST = b"GET /demo HTTP/1.1\r\nHost: t\r\n\r\n"
WORKERS_OWN_SECONDS = 1  # graceful_timeout in gunicorn.conf.py
PAUSE_SECONDS = 0.02  # of each of 20 clients: what starts and stops needs the processors too


def test_twenty_stops_under_load_lose_no_request(start_with_test_routes: Start) -> None:
    served = []
    for _ in range(STOPS):
        container = start_with_test_routes("--env=DRAIN_SECONDS=0.3")
        load = Load(container.address, 7500, f"--pause={PAUSE_SECONDS}")

        output("docker", "stop", container.name)

        result = load.result()
        assert result["lost"] == []
        assert container.inspect("{{.State.ExitCode}}") == "0"
        served.append(result["served"])
        output("docker", "rm", container.name)
    assert min(served) > 20, "each client had more than the first answer"


def test_a_stop_makes_it_unready_first_and_still_serves(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=30")

    container.kill("TERM")

    wait_for("the drain", lambda: container.get("/readyz") == (503, "Draining"))
    assert container.get("/livez") == (200, "Ok")
    assert container.get("/demo") == (200, "Ok")
    container.kill("TERM")
    assert container.ended() == "0"


def test_answers_close_their_connections_from_the_beginning_of_the_drain(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=30")
    assert "connection: close" not in headers(container)

    container.kill("TERM")

    wait_for("the drain", lambda: container.get("/readyz")[0] == 503)
    assert "connection: close" in headers(container)


def test_an_idle_connection_is_served_once_more_in_the_drain(start_with_test_routes: Start) -> None:
    """A request may be on its way on it."""
    container = start_with_test_routes("--env=DRAIN_SECONDS=30")
    with connect(container) as connection:
        connection.sendall(REQUEST)
        assert status_of(connection.recv(65536)) == 200
        container.kill("TERM")
        wait_for("the drain", lambda: container.get("/readyz")[0] == 503)

        connection.sendall(REQUEST)
        response = receive(connection)

    assert status_of(response) == 200
    assert b"connection: close" in response


def headers(container: Container) -> str:
    """The headers that a kept-alive client gets, from inside, where no proxy adds its own."""
    program = (
        "import http.client as h; c = h.HTTPConnection('127.0.0.1', 7500); c.request('GET', '/demo');"
        " print(str(c.getresponse().headers).lower())"
    )
    return container.execute("python", "-c", program)


@contextlib.contextmanager
def request_that_runs(container: Container, path: str) -> Iterator[list[tuple[int, str]]]:
    """What it was answered, if it was, after the block."""
    answers: list[tuple[int, str]] = []

    def ask() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            answers.append(container.get(path))

    client = threading.Thread(target=ask, daemon=True)
    client.start()
    wait_for("the request", lambda: "slow begins" in container.said[0])
    yield answers
    client.join()


@pytest.mark.parametrize("path", ["/slow/2.0", "/stream"])
def test_a_request_that_runs_is_finished(start_with_test_routes: Start, path: str) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=0", "--env=GRACE_SECONDS=60")
    with request_that_runs(container, path) as answers:
        container.kill("TERM")

        assert container.ended() == "0"
    ((status, text),) = answers
    assert status == 200
    assert text in {"Ok", "".join(f"{number}\n" for number in range(20))}


def test_what_does_not_finish_within_the_grace_is_ended(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=0", "--env=GRACE_SECONDS=1")
    with request_that_runs(container, "/slow/600.0") as answers:
        container.kill("TERM")

        assert container.ended() == "0"
    assert (200, "Ok") not in answers


def test_the_defaults_leave_two_of_the_ten_seconds_that_docker_gives(serving: Container) -> None:
    program = "import sys; sys.path.append('/production'); import serve; print(serve.NUMBERS)"
    numbers = ast.literal_eval(serving.execute("python", "-c", program))

    assert numbers["DRAIN_SECONDS"][0] + numbers["GRACE_SECONDS"][0] + WORKERS_OWN_SECONDS < 8


def test_a_terminals_ctrl_c_which_all_of_a_group_get_drains(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=0", "--env=GRACE_SECONDS=60")
    with request_that_runs(container, "/slow/2.0") as answers:
        container.execute("python", "-ISc", f"import os; os.killpg({container.server()}, 2)")

        assert container.ended() == "0"
    assert answers == [(200, "Ok")]


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_a_second_stop_does_not_wait_for_load_balancers(start: Start, signal: str) -> None:
    container = start("--env=DRAIN_SECONDS=600")
    container.wait_until_ready()
    container.kill(signal)
    wait_for("the drain", lambda: container.get("/readyz")[0] == 503)

    container.kill(signal)

    assert container.ended() == "0"


def test_ctrl_c_in_a_terminal_is_a_stop_too(start: Start) -> None:
    """There it is sent to the whole group of processes."""
    container = start("--tty", "--env=DRAIN_SECONDS=600")
    container.wait_until_ready()
    program = f"import os, signal; os.killpg(os.getpgid({container.server()}), signal.SIGINT)"

    container.execute("python", "-c", program)

    wait_for("the drain", lambda: container.get("/readyz") == (503, "Draining"))
    assert container.get("/demo") == (200, "Ok")


def test_a_stop_in_the_first_moments_is_heard(start: Start) -> None:
    container = start()

    output("docker", "stop", "--time", "60", container.name)

    assert container.inspect("{{.State.ExitCode}}") == "0", "it was not killed"
