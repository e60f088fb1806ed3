"""One JSON object a line, whatever clients send."""

import re
import socket
from collections import Counter
from typing import Any

import pytest

from host.production.conftest import Container, Load, Start
from host.production.raw_clients import POST, many, status_of
from support.waiting import wait_for


def logged(container: Container, **wanted: object) -> dict[str, Any]:
    """The first line that has these values, once it is there."""
    return wait_for(
        f"a log line with {wanted}",
        lambda: next((line for line in container.lines if wanted.items() <= line.items()), None),
    )


def test_each_line_is_json_and_each_worker_tells_the_steps_of_the_factory(serving: Container) -> None:
    serving.get("/demo")
    logged(serving, logger="access", path="/demo")

    def told() -> Counter[str]:
        return Counter(line["message"] for line in serving.lines if line["logger"] == "app")

    steps = ["Chosen environment is production", "Routes imported", "Routes registered", "Node ready"]
    # It is ready with its first worker.
    wait_for("all workers", lambda: {told()[step] for step in steps} == {len(serving.workers())})
    assert set(told()) == {*steps, "Debug mode is False"}
    assert serving.said[1] == ""


def test_a_request_is_told_with_its_id_which_the_client_gets_too(serving: Container) -> None:
    answer = raw(
        serving, b"GET /demo?token=secret HTTP/1.1\r\nHost: test\r\nConnection: close\r\nUser-Agent: test\r\n\r\n"
    )
    request_id = re.search(rb"x-request-id: ([0-9a-f-]{36})\r\n", answer)
    assert request_id

    line = logged(serving, logger="access", request_id=request_id[1].decode())

    assert (line["method"], line["path"], line["status"], line["user_agent"]) == ("GET", "/demo", 200, "test")
    assert line["milliseconds"] >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\+00:00", line["timestamp"])
    assert "secret" not in serving.said[0]


def test_the_apps_own_lines_have_the_id_of_their_request(serving: Container) -> None:
    raw(serving, b"GET /demo HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-Request-ID: from-a-proxy.1\r\n\r\n")

    assert logged(serving, logger="app", request_id="from-a-proxy.1")["message"] == "Debug mode is False"
    assert logged(serving, logger="access", request_id="from-a-proxy.1")


@pytest.mark.parametrize("sent", [b"a b", b'"}{"', b"\xff\xfe", b"a" * 129, b"\x1b[31m", b"<script>"])
def test_an_id_that_is_odd_or_long_is_replaced(serving: Container, sent: bytes) -> None:
    answer = raw(serving, b"GET /demo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Request-ID: " + sent + b"\r\n\r\n")

    if answer.startswith(b"HTTP/1.1 200"):
        assert re.search(rb"x-request-id: [0-9a-f-]{36}\r\n", answer)
    else:
        assert answer.startswith(b"HTTP/1.1 400"), "control characters are refused before"


@pytest.mark.parametrize("sent", [(b"plain", b'odd "id"'), (b'odd "id"', b"plain")], ids=["odd", "plain"])
def test_of_two_ids_the_last_one_is_taken_and_judged(serving: Container, sent: tuple[bytes, bytes]) -> None:
    lines = b"".join(b"X-Request-ID: " + one + b"\r\n" for one in sent)

    answer = raw(serving, b"GET /demo HTTP/1.1\r\nHost: t\r\nConnection: close\r\n" + lines + b"\r\n")

    expected = rb"plain" if sent[-1] == b"plain" else rb"[0-9a-f-]{36}"
    assert re.search(rb"x-request-id: " + expected + rb"\r\n", answer)


@pytest.mark.parametrize("path", ["/%0a{%22level%22:%22CRITICAL%22}", "/%1b[2J", "/%00", "/%e2%80%a8", "/%ff"])
def test_a_path_cannot_make_up_log_lines(serving: Container, path: str) -> None:
    request_id = "injection"
    raw(serving, f"GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Request-ID: {request_id}\r\n\r\n".encode())

    assert logged(serving, logger="access", request_id=request_id)["status"] == 404
    assert not re.search(r"[^\n -~]", serving.said[0]), "nothing but printable ASCII"
    assert [line for line in serving.lines if line["level"] == "CRITICAL"] == []


def test_what_the_app_prints_stays_in_lines_of_its_own(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=2")

    with many(container, 50) as clients:
        for client in clients:
            client.sendall(POST + b"Content-Length: 5\r\n\r\nhello")
        for client in clients:
            assert status_of(client.recv(65536)) == 200

    printed = [line for line in container.said[0].splitlines() if not line.startswith("{")]
    assert printed == ["upload of 5"] * 50


@pytest.mark.parametrize("agent", [b'a"b\\c', b"\xff\xfe", b"\xe2\x80\xa8", b"a" * 5000])
def test_a_user_agent_cannot_make_up_log_lines(serving: Container, agent: bytes) -> None:
    raw(
        serving,
        b"GET /demo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Request-ID: agent\r\nUser-Agent: "
        + agent
        + b"\r\n\r\n",
    )

    assert logged(serving, logger="access", request_id="agent")
    assert not re.search(r"[^\n -~]", serving.said[0])


def test_an_error_is_one_line_with_its_traceback(start_with_test_routes: Start) -> None:
    container = start_with_test_routes()

    assert container.get("/error", {"X-Request-ID": "failing"})[0] == 500

    line = logged(container, level="ERROR", request_id="failing")
    assert line["message"] == "Exception on /error [GET]"
    assert line["exc_info"].endswith("ValueError: broken\non purpose")


def test_the_path_of_a_whole_url_is_told_without_its_query(serving: Container) -> None:
    request = b"GET http://t/demo?secret=1 HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Request-ID: whole-url\r\n\r\n"

    raw(serving, request)

    assert logged(serving, logger="access", request_id="whole-url")["path"] == "/demo"


def test_a_long_path_is_cut(serving: Container) -> None:
    raw(serving, b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Request-ID: long\r\n\r\n")

    path = logged(serving, logger="access", request_id="long")["path"]
    assert "/" + "a" * 1000 < path < "/" + "a" * 1024


def test_probes_that_find_all_well_are_not_told(serving: Container) -> None:
    serving.get("/readyz")
    serving.get("/livez")
    serving.get("/demo", {"X-Request-ID": "after-probes"})

    logged(serving, logger="access", request_id="after-probes")
    assert not {"/readyz", "/livez"} & {line.get("path") for line in serving.lines}


def test_no_line_is_lost_at_the_end(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=DRAIN_SECONDS=0")
    for number in range(200):
        container.get("/demo", {"X-Request-ID": f"n{number}"})

    container.kill("TERM")
    container.ended()

    told = {line.get("request_id") for line in container.lines}
    assert told >= {f"n{number}" for number in range(200)}


def test_workers_do_not_cut_each_others_lines(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=2", "--env=DRAIN_SECONDS=0")

    load = Load(container.address, 7500, "--pause=0.02")  # what nobody reads in time, HAProxy drops
    wait_for("more than a pipe holds", lambda: len(container.said[0]) > 1_000_000)
    container.kill("TERM")

    served = load.result()["served"]
    assert sum(line["logger"] == "access" for line in container.lines) >= served


def raw(container: Container, request: bytes) -> bytes:
    """All that the server answers until it closes the connection."""
    with socket.create_connection(("127.0.0.1", container.port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer
