"""How gunicorn runs the app, behind HAProxy (settings: https://gunicorn.org/reference/settings/)."""

import os
import signal
import sys
from pathlib import Path

from flask import has_request_context, request
from gunicorn.workers.gthread import ThreadWorker
from pythonjsonlogger.json import JsonFormatter


class ConnectionWorker(ThreadWorker):
    def handle(self, conn):
        """Serve all of a connection's requests in one thread: HAProxy has few connections, and keeps them busy.

        gunicorn's own way, through the thread that accepts connections, takes as long for each request as Flask does.
        """
        while (kept := super().handle(conn)) is True:
            pass
        return kept


def add_request_id(record):
    """Name the request, by which HAProxy's line on it is found."""
    if has_request_context():
        record.request_id = request.headers.get("X-Request-ID")
    return True


names = {"levelname": "level", "name": "logger"}
json_lines = {"()": JsonFormatter, "fmt": [*names, "message"], "rename_fields": names, "timestamp": True}
stdout = {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "json", "filters": [add_request_id]}
logconfig_dict = {
    "formatters": {"json": json_lines},
    "handlers": {"stdout": stdout},
    "root": {"handlers": ["stdout"]},
    "loggers": {"gunicorn.error": {"handlers": ["stdout"], "propagate": False}},
}
sys.stdout.reconfigure(line_buffering=True, write_through=False)  # what the app prints stays in lines, too
sys.setswitchinterval(0.02)  # by default 0.005: many busy threads then spend a third of their time on taking turns

wsgi_app = f"production_wsgi:load({os.environ['APP_FACTORY']!r})"
worker_class = ConnectionWorker
workers = os.environ["WORKERS"]
threads = int(os.environ["WORKER_THREADS"])
worker_connections = 2 * threads
worker_tmp_dir = os.environ["RUN_DIRECTORY"]
keepalive = 3600  # HAProxy closes an idle connection first, so that none is closed under a request
timeout = 60  # of a process that is stuck as a whole
graceful_timeout = 1  # HAProxy has ended before, and nobody waits
control_socket_disable = True
# HAProxy has judged lengths and headers. What a load balancer before it says is the app's to believe:
# https://flask.palletsprojects.com/en/stable/deploying/proxy_fix/
limit_request_line = limit_request_field_size = 0
secure_scheme_headers = {}
forwarder_headers = ""


def child_exit(server, worker):
    # One that could not be loaded, be it the first or a later one: gunicorn would try again without end.
    if Path(worker_tmp_dir, "failed").exists() or not Path(worker_tmp_dir, "loaded").exists():
        os.kill(os.getpid(), signal.SIGQUIT)
