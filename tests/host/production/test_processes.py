"""Worker processes: how many, and what becomes of them."""

import contextlib
from collections import Counter

from host.conftest import run
from host.production.conftest import Container, Start
from host.production.raw_clients import connect, many, receive, status_of
from support.waiting import wait_for


def workers(container: Container) -> list[int]:
    return container.workers()


def all_of(container: Container, number: int) -> list[int]:
    """The workers, once there are so many."""
    wait_for(f"{number} workers", lambda: len(workers(container)) == number)
    return workers(container)


def pid_of_some_worker(container: Container) -> int:
    return int(container.get("/pid")[1])


def kill(container: Container, process: int) -> None:
    container.execute("python", "-ISc", f"import os; os.kill({process}, 9)")


def kill_and_all(container: Container, process: int) -> None:
    """As the end of the container ends this command, too, it may fail."""
    run("docker", "exec", container.name, "python", "-ISc", f"import os; os.kill({process}, 9)")


def test_there_are_two_workers(serving: Container) -> None:
    wait_for("the workers", lambda: len(workers(serving)) == 2)


def test_a_variable_says_how_many_workers(start: Start) -> None:
    container = start("--env=WORKERS=3")

    wait_for("the workers", lambda: len(workers(container)) == 3)


def test_requests_at_a_time_are_spread_over_the_workers(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=2")
    all_of(container, 2)

    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connect(container)) for _ in range(60)]
        for connection in connections:
            connection.sendall(
                b"GET /slow/0.2 HTTP/1.1\r\nHost: t\r\n\r\nGET /pid HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
            )
        served_by = Counter(receive(connection).rpartition(b"\r\n")[2] for connection in connections)

    assert len(served_by) == 2


def test_a_worker_that_is_killed_is_replaced_and_others_serve_meanwhile(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=2")
    before = all_of(container, 2)

    kill(container, before[0])

    assert [container.get("/demo")[0] for _ in range(20)] == [200] * 20
    wait_for("the new one", lambda: len(workers(container)) == 2 and before[0] not in workers(container))


def test_a_worker_that_is_killed_takes_with_it_only_what_it_was_serving(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=1")
    victim = pid_of_some_worker(container)
    with connect(container) as doomed:
        doomed.sendall(b"GET /ticks HTTP/1.1\r\nHost: t\r\n\r\n")
        assert doomed.recv(1000)
        kill(container, victim)
        assert not receive(doomed).endswith(b"0\r\n\r\n"), "its client can tell"

    assert [container.get("/demo")[0] for _ in range(20)] == [200] * 20
    assert pid_of_some_worker(container) != victim


def test_a_worker_that_hangs_as_a_whole_is_replaced(start_with_test_routes: Start) -> None:
    """One that is stopped tells gunicorn nothing any more."""
    container = start_with_test_routes("--env=WORKERS=1", "--env=GUNICORN_CMD_ARGS=--timeout 2")
    victim = pid_of_some_worker(container)

    assert container.get("/hangs")[0] in (0, 502), "without a response, a client may ask again"

    wait_for("the new one", lambda: container.get("/demo") == (200, "Ok"))
    assert pid_of_some_worker(container) != victim


def test_sys_exit_in_a_view_ends_its_own_request_alone(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=1")
    before = pid_of_some_worker(container)
    with connect(container) as other:
        other.sendall(b"GET /slow/2.0 HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_for("its view", lambda: "slow begins" in container.said[0])

        assert container.get("/exits")[0] == 500
        assert status_of(other.recv(1000)) == 200

    assert pid_of_some_worker(container) == before
    (traceback,) = [line["exc_info"] for line in container.lines if "exc_info" in line]
    assert traceback.endswith("\nSystemExit: A library that was made for the command line.")


def test_a_worker_begins_all_requests_that_wait_and_not_only_some_at_a_time(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=1")

    for path in (b"slow/0.2", b"meets"):  # by new connections to the worker, and by those that are kept
        with many(container, 40) as clients:
            for client in clients:
                client.sendall(b"GET /%b HTTP/1.1\r\nHost: t\r\n\r\n" % path)

            assert [status_of(client.recv(65536)) for client in clients] == [200] * 40


def test_no_request_is_lost_or_refused_while_workers_are_renewed(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=1", "--env=GUNICORN_CMD_ARGS=--max-requests 20")
    before = pid_of_some_worker(container)

    for clients_at_a_time in (30, 45):
        with many(container, clients_at_a_time) as clients:
            for client in clients:
                client.sendall(b"GET /slow/0.2 HTTP/1.1\r\nHost: t\r\n\r\n")

            assert [status_of(client.recv(65536)) for client in clients] == [200] * clients_at_a_time
    assert pid_of_some_worker(container) != before


def test_the_end_of_haproxy_ends_the_container_for_its_restart_policy(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--restart=on-failure:3")

    kill(container, container.haproxy())

    wait_for("the restart", lambda: container.inspect("{{.RestartCount}}") == "1")
    container.wait_until_ready()
    assert "HAProxy has ended, and so does the container." in container.said[1]


def test_the_end_of_gunicorn_ends_the_container(start: Start) -> None:
    container = start()
    container.wait_until_ready()

    kill_and_all(container, container.gunicorn())

    assert container.ended() == "1"
    assert "gunicorn has ended, and so does the container." in container.said[1]


def test_the_end_of_the_process_that_started_both_ends_the_container(start: Start) -> None:
    container = start()
    container.wait_until_ready()

    kill_and_all(container, container.server())

    assert container.ended() == "137"


def test_a_second_server_on_the_same_port_is_refused(serving: Container) -> None:
    refused = run("docker", "exec", serving.name, "python", "run.py")

    assert refused.returncode == 1
    assert refused.stderr.startswith("Cannot listen: Address already in use")
