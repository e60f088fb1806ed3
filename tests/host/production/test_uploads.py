"""Uploads of all sizes, in little memory and in the one small folder that can be written to."""

import concurrent.futures
import urllib.request

import pytest

from host.conftest import BASE_IMAGE, output
from host.production.conftest import Container, Start
from host.production.raw_clients import connect, many, receive, send

FORM = (
    b"POST /form HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n"
)
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
GIGABYTE = """\
import socket, sys
connection = socket.create_connection((sys.argv[1], 7500), timeout=120)
if sys.argv[2] == "up":
    connection.sendall(b"POST /count HTTP/1.1\\r\\nHost: t\\r\\nConnection: close\\r\\n")
    connection.sendall(b"Content-Length: 1000000000\\r\\n\\r\\n")
    for _ in range(10_000):
        connection.sendall(b"a" * 100_000)
else:
    connection.sendall(b"GET /megabytes/1000 HTTP/1.1\\r\\nHost: t\\r\\nConnection: close\\r\\n\\r\\n")
length, last = 0, b""
while piece := connection.recv(1_000_000):
    length, last = length + len(piece), piece[-20:]
print(length, last.rpartition(b"\\n")[2].decode())
"""


def megabytes_at_most(container: Container) -> int:
    """The most memory that the container has ever had."""
    for path in ("/sys/fs/cgroup/memory.peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes"):
        program = f"import os; print(open({path!r}).read() if os.path.exists({path!r}) else '')"
        if peak := container.execute("python", "-ISc", program):
            return int(peak) // 1_000_000
    pytest.skip("this kernel does not say")


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_gigabyte_passes_through_little_memory(start_with_test_routes: Start, direction: str) -> None:
    container = start_with_test_routes("--memory=256m")

    said = output("docker", "run", "--rm", BASE_IMAGE, "python", "-c", GIGABYTE, container.address, direction)

    length, last = said.split(" ")
    assert last == "1000000000" if direction == "up" else int(length) > 1_000_000_000
    assert megabytes_at_most(container) < 150


def test_fifty_forms_of_15_mb_ten_at_a_time_are_all_taken(start_with_test_routes: Start) -> None:
    container = start_with_test_routes()
    form = PART + b"a" * 15_000_000 + b"\r\n--x--\r\n"
    request = urllib.request.Request(
        f"{container.url}/form", data=form, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    def upload(_: int) -> bytes:
        with urllib.request.urlopen(request, timeout=120) as response:
            return bytes(response.read())

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        assert set(pool.map(upload, range(50))) == {b"15000000"}


def test_forms_that_were_cut_leave_nothing_in_the_folder(start_with_test_routes: Start) -> None:
    container = start_with_test_routes()
    for _ in range(10):
        with many(container, 3) as clients:
            for client in clients:
                client.sendall(FORM % 16_000_000 + PART + b"a" * 10_000_000)

    form = PART + b"a" * 16_000_000 + b"\r\n--x--\r\n"
    assert send(container, FORM % len(form) + form).endswith(b"16000000")


def test_uploads_do_not_have_the_whole_heap_looked_through(start_with_test_routes: Start) -> None:
    """With a million objects in it, that takes 0.2 s, in which the worker does nothing else."""
    container = start_with_test_routes("--env=WORKERS=1")
    before = int(container.get("/collections")[1])
    form = PART + b"a" * 100_000 + b"\r\n--x--\r\n"

    for _ in range(20):
        assert send(container, FORM % len(form) + form).endswith(b"100000")

    assert int(container.get("/collections")[1]) - before < 20


def test_an_upload_that_takes_the_app_long_leaves_the_next_one_alone(start_with_test_routes: Start) -> None:
    """Longer than the body may take; and the next waits in HAProxy for the same connection."""
    container = start_with_test_routes("--env=WORKERS=1", "--env=THREADS=1", "--env=BODY_SECONDS=0.1")
    head = b"POST /slow/2.5 HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n"
    with many(container, 3) as clients:
        for client in clients:
            client.sendall(head + b"a" * 100_000)

        assert [receive(client).rpartition(b"\r\n")[2] for client in clients] == [b"Ok"] * 3


def test_a_small_form_is_served_while_large_ones_wait(start_with_test_routes: Start) -> None:
    container = start_with_test_routes()
    small = PART + b"a\r\n--x--\r\n"
    with many(container, 20) as clients:
        for client in clients:
            client.sendall(FORM % 16_000_000 + PART + b"a" * 100_000)

        assert send(container, FORM % len(small) + small).endswith(b"\r\n\r\n1")
        with connect(container) as connection:
            connection.sendall(b"GET /demo HTTP/1.1\r\nHost: t\r\n\r\n")
            assert b"200 OK" in connection.recv(65536)
