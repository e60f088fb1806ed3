"""The production WSGI server: granian, several worker processes with a pool of threads each.

It was chosen by measurement among six: fastest at the tail, and the only one that lost no
request in flight and hardly any other when it was stopped under load.
"""

import multiprocessing

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from servers.address import listen_address
from servers.draining import Drain
from servers.draining_server import DrainingServer
from servers.files import allow_open_files
from servers.listening import bind
from servers.loading import AppLoader
from servers.log_lines import CONFIGURATION, log_as_json
from servers.settings import server_settings


def serve() -> None:
    """Serve the app until SIGTERM or SIGINT; requests that were accepted are finished.

    Raises:
        ConfigurationError: the address or another setting is wrong.
        SystemExit: the factory failed, or workers crash again and again.
    """
    # What Python 3.14 has granian do anyway: nothing of this process, its threads least of all, is copied.
    multiprocessing.set_start_method("spawn", force=True)
    host, port = listen_address(default_host="0.0.0.0")
    settings = server_settings()
    log_as_json()
    allow_open_files(settings.connections)
    drain = Drain()
    server = DrainingServer(
        listeners=bind(host, port, settings.workers),
        drain=drain,
        drain_seconds=settings.drain_seconds,
        target="app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(settings.header_seconds * 1000), max_buffer_size=settings.header_bytes
        ),
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=settings.connections,
        # Counted in connections, slow ones among them: granian's default of some hundred blocks early.
        backpressure=settings.connections,
        respawn_failed_workers=True,
        workers_kill_timeout=settings.grace_seconds,
        websockets=False,
        log_dictconfig=CONFIGURATION,
    )
    if settings.metrics_port:
        from servers.metrics_port import prepare_counting, serve_metrics  # costs nothing where nobody asks for it

        prepare_counting()
        serve_metrics(host, settings.metrics_port, server)
    server.serve(target_loader=AppLoader(settings, drain.seen_by_workers), wrap_loader=False)
