"""Worker processes: how many, and what becomes of them."""

import contextlib
import socket
import threading
from collections import Counter

from host.production.conftest import Container, Start, processes
from support.waiting import wait_for


def workers(container: Container) -> list[int]:
    return [process for process, _, line in processes(container) if "multiprocessing.spawn" in line]


def all_of(container: Container, number: int) -> list[int]:
    """The workers, once there are so many."""
    wait_for(f"{number} workers", lambda: len(workers(container)) == number)
    return workers(container)


def pid_of_some_worker(container: Container) -> int:
    return int(container.get("/pid")[1])


def test_there_is_one_worker_for_each_cpu_of_the_limit(start: Start) -> None:
    limited = start("--cpus=1")
    limited.wait_until_ready()

    assert len(workers(limited)) == 1


def test_without_a_limit_there_are_two_workers_at_most(serving: Container) -> None:
    cpus = int(serving.execute("python", "-ISc", "import os; print(len(os.sched_getaffinity(0)))"))

    wait_for("the workers", lambda: len(workers(serving)) == min(2, cpus))


def test_a_variable_says_how_many_workers(start: Start) -> None:
    container = start("--env=WORKERS=3")

    wait_for("the workers", lambda: len(workers(container)) == 3)


def test_a_burst_of_connections_is_spread_over_all_workers(start_with_test_routes: Start) -> None:
    """And not kept by the one that wakes up first."""
    container = start_with_test_routes("--env=WORKERS=2")
    all_of(container, 2)

    with contextlib.ExitStack() as open_connections:
        connections = [
            open_connections.enter_context(socket.create_connection((container.address, 7500), timeout=20))
            for _ in range(60)
        ]
        served_by = Counter(ask_for_pid(connection) for connection in connections)

    assert len(served_by) == 2
    assert min(served_by.values()) >= 5, "by chance, one in 10 million"


def ask_for_pid(connection: socket.socket) -> bytes:
    connection.sendall(b"GET /pid HTTP/1.1\r\nHost: t\r\n\r\n")
    return connection.recv(65536).rpartition(b"\r\n")[2]


def test_a_worker_that_is_killed_is_replaced_and_others_serve_meanwhile(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=2")
    before = all_of(container, 2)

    container.execute("python", "-ISc", f"import os; os.kill({before[0]}, 9)")

    assert [container.get("/demo")[0] for _ in range(20)] == [200] * 20
    wait_for("the new one", lambda: len(workers(container)) == 2 and before[0] not in workers(container))


def test_a_worker_that_is_killed_takes_with_it_only_what_it_was_serving(start_with_test_routes: Start) -> None:
    """Connections that wait are the other workers', or the next one's."""
    container = start_with_test_routes("--env=WORKERS=1", "--env=THREADS=1")
    victim = pid_of_some_worker(container)
    with socket.create_connection((container.address, 7500), timeout=20) as doomed:
        doomed.sendall(b"GET /slow/600.0 HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_for("the request", lambda: busy(container))
        container.execute("python", "-ISc", f"import os; os.kill({victim}, 9)")
        assert doomed.recv(1000) == b""

    answers: list[int] = []
    clients = [threading.Thread(target=lambda: answers.append(container.get("/demo")[0])) for _ in range(20)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    assert answers == [200] * 20
    assert pid_of_some_worker(container) != victim


def busy(container: Container) -> bool:
    """Whether the worker took the connection: then nothing waits on it to be read (see proc_net_tcp)."""
    table = container.execute("python", "-ISc", "print(open('/proc/net/tcp').read())")
    rows = [line.split() for line in table.splitlines()[1:] if line.split()[1].endswith(":1D4C")]
    return any(row[3] == "01" and row[4].endswith(":00000000") for row in rows)


def test_a_second_crash_within_seconds_ends_the_container_for_its_restart_policy(start_with_test_routes: Start) -> None:
    container = start_with_test_routes("--env=WORKERS=1", "--restart=on-failure:3")
    first = pid_of_some_worker(container)
    container.execute("python", "-ISc", f"import os; os.kill({first}, 9)")
    second = wait_for(
        "the second worker", lambda: next((worker for worker in workers(container) if worker != first), None)
    )
    container.execute("python", "-ISc", f"import os; os.kill({second}, 9)")

    wait_for("the restart", lambda: container.inspect("{{.RestartCount}}") == "1")
    container.wait_until_ready()
    assert "Worker crash loop detected, exiting" in {line["message"] for line in container.lines}


def test_a_second_server_on_the_same_port_is_refused(serving: Container) -> None:
    program = (
        "import subprocess, sys\n"
        "r = subprocess.run([sys.executable, 'run.py'], capture_output=True, text=True, timeout=20)\n"
        "print(r.returncode, r.stderr)"
    )

    said = serving.execute("python", "-c", program)

    assert said.startswith("1 Cannot listen on 0.0.0.0:7500 (Address already in use)")
