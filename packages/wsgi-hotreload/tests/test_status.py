"""The status tells tools what is served, and when a save is live."""

import threading
from pathlib import Path

import requests

from hotreload_support.server import APP, STATUS, ReloadServer
from hotreload_support.waiting import wait_for
from wsgi_hotreload import StatusClient


def test_a_live_state_names_its_files_and_how_long_it_took(server: ReloadServer) -> None:
    status = server.save(APP.format("second"))

    assert status["state"] == "live"
    assert status["generation"] == 2
    assert status["changed"] == ["app.py"]
    assert status["error"] is None
    assert 0 < status["seconds"] < 30


def test_a_broken_state_has_its_traceback(server: ReloadServer) -> None:
    status = server.save("def broken(:\n")

    assert status["state"] == "broken"
    assert "SyntaxError: invalid syntax" in status["error"]


def test_one_can_wait_for_the_next_generation(server: ReloadServer) -> None:
    answers: list[requests.Response] = []
    waiting = threading.Thread(target=lambda: answers.append(server.get(STATUS, params={"after": 1})))
    waiting.start()

    server.write(APP.format("second"))
    waiting.join(timeout=60)

    assert answers[0].json()["generation"] == 2
    assert server.get().text == "second"


def test_waiting_ends_after_the_time_that_is_given(server: ReloadServer) -> None:
    status = server.get(STATUS, params={"after": 1, "timeout": 0.1}).json()

    assert (status["generation"], status["state"]) == (1, "live")


def test_who_asks_for_it_is_not_in_the_log(server: ReloadServer) -> None:
    server.get(STATUS, params={"after": 0})
    server.get("/?of=a-person")
    server.wait_for_log("GET /?of=a-person")

    assert STATUS not in server.log()


def test_one_can_wait_for_any_other_state(server: ReloadServer, tmp_path: Path) -> None:
    client, gate = StatusClient(server.url), tmp_path / "gate"
    server.write(f"import pathlib, time\nwhile not pathlib.Path({str(gate)!r}).exists():\n    time.sleep(0.01)\n")

    assert client.other_than(1, "live", timeout=60).state == "loading"
    gate.touch()
    assert client.other_than(1, "loading", timeout=60).generation == 2


def test_many_can_wait_at_once(server: ReloadServer) -> None:
    answers: list[int] = []

    def wait() -> None:
        answers.append(server.get(STATUS, params={"after": 1}).json()["generation"])

    threads = [threading.Thread(target=wait) for _ in range(20)]
    for thread in threads:
        thread.start()
    server.write(APP.format("second"))
    for thread in threads:
        thread.join(timeout=60)

    assert answers == [2] * 20


def test_a_client_that_keeps_its_connection_is_told_too(server: ReloadServer) -> None:
    with requests.Session() as session:
        assert session.get(server.url, timeout=10).text == "first"
        server.save(APP.format("second"))

        status = session.get(f"{server.url}{STATUS}", params={"after": 1}, timeout=10).json()

    assert (status["generation"], status["state"]) == (2, "live")


def test_the_routes_of_the_app_that_serves_are_listed(server: ReloadServer) -> None:
    assert {"rule": "/", "methods": ["GET"], "endpoint": "answer"} in server.status()["routes"]

    status = server.save(APP.format("second").replace('"/"', '"/second/<int:number>"'))

    assert [route["rule"] for route in status["routes"]] == ["/static/<path:filename>", "/second/<int:number>"]


def test_a_broken_app_has_no_routes(server: ReloadServer) -> None:
    assert server.save("def broken(:\n")["routes"] == []


def test_the_path_alone_is_reserved(server: ReloadServer) -> None:
    assert server.get(f"{STATUS}/more").status_code == 404
    assert requests.post(f"{server.url}{STATUS}", timeout=10).status_code == 404
    wait_for("the app", lambda: server.get().text == "first")
