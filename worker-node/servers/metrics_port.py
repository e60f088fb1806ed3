"""Answer Prometheus on a port of its own, from the main process, for all workers."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from config import ConfigurationError
from servers.draining_server import DrainingServer

# The variable by which prometheus-client finds the folder, in this process and in the workers.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def prepare_counting() -> None:
    """Make the folder that workers count in: a few MB of memory, where temporary files go.

    Raises:
        ConfigurationError: no folder can be written to.
    """
    try:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="metrics-")
    except OSError as error:
        raise ConfigurationError(
            f"METRICS_PORT is set, and metrics need a folder for temporary files ({error.strerror}): "
            "mount one, and name it by TMPDIR."
        ) from None


def serve_metrics(host: str, port: int, server: DrainingServer) -> None:
    """Answer ``/metrics`` from now on, in a thread.

    Raises:
        ConfigurationError: nothing can listen on this port.
    """
    registry = CollectorRegistry()
    registry.register(Workers(server))
    registry.register(LivingProcesses(registry=None))  # type: ignore[no-untyped-call] # the library's
    try:
        start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port} ({error.strerror}): set METRICS_PORT to another port."
        ) from None


class LivingProcesses(MultiProcessCollector):
    """What all workers counted, without what was in progress in those that are gone."""

    def collect(self) -> Iterator[Metric]:
        for file in Path(os.environ[FOLDER]).glob("gauge_live*_*.db"):
            pid = int(file.stem.rpartition("_")[2])
            if not Path(f"/proc/{pid}").exists():
                with contextlib.suppress(FileNotFoundError):  # another scrape was faster
                    mark_process_dead(pid)  # type: ignore[no-untyped-call]
        yield from super().collect()  # type: ignore[no-untyped-call]


class Workers(Collector):
    """What the main process knows of its workers."""

    def __init__(self, server: DrainingServer) -> None:
        self._server = server

    def collect(self) -> Iterator[Metric]:
        alive = sum(worker.is_alive() for worker in list(self._server.wrks))  # type: ignore[no-untyped-call]
        yield GaugeMetricFamily("server_workers", "Worker processes that are alive.", value=alive)
        yield GaugeMetricFamily("server_draining", "1 when the server is about to end.", value=self._server.is_draining)
        yield CounterMetricFamily(
            "server_workers_replaced",
            "Workers that ended by themselves and were replaced.",
            value=self._server.replaced,
        )
