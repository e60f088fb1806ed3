"""Nothing that was accepted is lost when a container ends."""

import threading
import time

import pytest

from host.conftest import output
from host.production.conftest import Container, Load, Start
from support.waiting import wait_for

STOPS = 20
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


def headers(container: Container) -> str:
    """The headers that a kept-alive client gets, from inside, where no proxy adds its own."""
    program = (
        "import http.client as h; c = h.HTTPConnection('127.0.0.1', 7500); c.request('GET', '/demo');"
        " print(str(c.getresponse().headers).lower())"
    )
    return container.execute("python", "-c", program)


@pytest.mark.parametrize("path", ["/slow/2", "/stream"])
def test_a_request_that_runs_is_finished(start_with_test_routes: Start, path: str) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=0")
    answers: list[tuple[int, str]] = []
    path = "/slow/2.0" if path == "/slow/2" else path
    client = threading.Thread(target=lambda: answers.append(container.get(path)))
    client.start()
    wait_for("the connection", lambda: established(container) or None)

    container.kill("TERM")

    assert container.ended() == "0"
    client.join()
    ((status, text),) = answers
    assert status == 200
    assert text in {"Ok", "".join(f"{number}\n" for number in range(20))}


def established(container: Container) -> int:
    """Connections to the server, as its kernel lists them: state 01, port 7500 (1D4C)."""
    table = container.execute("python", "-ISc", "print(open('/proc/net/tcp').read())")
    return sum(line.split()[1].endswith(":1D4C") and line.split()[3] == "01" for line in table.splitlines()[1:] if line)


def test_what_does_not_finish_within_the_grace_is_ended(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=0", "--env=GRACE_SECONDS=1")
    client = threading.Thread(target=container.get, args=["/slow/60.0"])
    client.start()
    wait_for("the connection", lambda: established(container) or None)

    began = time.monotonic()
    container.kill("TERM")

    assert container.ended() == "0"
    assert time.monotonic() - began < 10
    client.join()


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_ctrl_c_and_a_second_stop_do_not_wait_for_load_balancers(start: Start, signal: str) -> None:
    container = start("--env=DRAIN_SECONDS=600")
    container.wait_until_ready()
    if signal == "TERM":
        container.kill("TERM")
        wait_for("the drain", lambda: container.get("/readyz")[0] == 503)

    container.kill(signal)

    assert container.ended() == "0"


def test_a_stop_in_the_first_moments_is_heard(start: Start) -> None:
    container = start()

    began = time.monotonic()
    output("docker", "stop", "--time", "20", container.name)

    assert container.inspect("{{.State.ExitCode}}") == "0"
    assert time.monotonic() - began < 15
