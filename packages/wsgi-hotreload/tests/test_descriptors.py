"""A server that could open no more files keeps serving, and takes no processor."""

import os
import resource
import socket
import time
from pathlib import Path

from hotreload_support.server import APP, ReloadServer, Start
from hotreload_support.waiting import wait_for

LIMIT = 300
OPENED = 400


# A server that cannot raise its limit.
LIMITED = f"""\
import resource

resource.setrlimit(resource.RLIMIT_NOFILE, ({LIMIT}, {LIMIT}))

from wsgi_hotreload.__main__ import main

main()
"""
APP_WITH_LIMIT = APP.format("first").replace(
    "    return app",
    """\
    import resource
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    app.add_url_rule("/limit", view_func=lambda: str(limit), endpoint="limit")
    return app""",
)


def processor_seconds(server: ReloadServer) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_more_idle_connections_than_descriptors_stop_nothing(start: Start) -> None:
    server = start(program=LIMITED)
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    idle = [socket.create_connection(address) for _ in range(OPENED)]
    open_files = Path(f"/proc/{server.process.pid}/fd")
    wait_for("as many as it takes", lambda: len(list(open_files.iterdir())) > LIMIT // 2)

    before = processor_seconds(server)
    time.sleep(1)  # in which nothing happens: that cannot be waited for
    assert processor_seconds(server) - before < 0.5
    server.write(APP.format("second"))
    server.wait_for_log("ms, app.py")
    for connection in idle:
        connection.close()

    wait_for("the second state", lambda: server.get().text == "second")
    assert server.process.poll() is None


def test_the_limit_is_raised_where_that_is_allowed(start: Start) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    limit = int(start(APP_WITH_LIMIT).get("/limit").text)

    assert limit == min(hard, 1 << 16)
