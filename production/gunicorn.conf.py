"""gunicorn runs the app, behind HAProxy. serve.py starts it and sets every variable.

Settings: https://gunicorn.org/reference/settings/
"""

import contextlib
import os
import sys

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker


class ConnectionWorker(ThreadWorker):
    def handle(self, conn):
        """Serve a connection's next request in the same thread: HAProxy has few connections, and keeps them busy.

        To hand each request from the accepting thread to another and back takes as long as Flask does.
        """
        while (kept := super().handle(conn)) is True:
            pass
        return kept


class ErrorLogger(Logger):
    def access(self, *_):
        """Requests are in HAProxy's log. To put such a line together takes a tenth of a request's time."""


# Many threads that take turns every 5 ms, which is Python's default, spend a third of their time on that.
sys.setswitchinterval(0.02)

logger_class = ErrorLogger
bind = f"unix:{os.environ['APP_SOCKET']}"
wsgi_app = f"production_wsgi:load({os.environ['APP_FACTORY']!r})"
pythonpath = os.path.dirname(__file__)
worker_class = ConnectionWorker
workers = int(os.environ["WORKERS"])
# HAProxy lets in no more than this, so that no connection waits for a thread; a thread is started when it is needed.
threads = sum(int(os.environ[places]) for places in ("APP_PLACES", "BODY_PLACES", "FORM_PLACES")) + 4
worker_connections = 2 * threads
keepalive = 3600  # HAProxy closes what is idle, and then none is closed under a request
timeout = 60  # for a process that is stuck as a whole; GUNICORN_CMD_ARGS="--timeout 5" changes it
graceful_timeout = 1  # when HAProxy has ended, nobody waits
worker_tmp_dir = os.environ["RUN_DIRECTORY"]  # the heartbeat, in memory
control_socket_disable = True

# HAProxy has judged lengths and headers, and nobody else comes by this socket. Headers of a load balancer further
# out are the app's to trust: https://flask.palletsprojects.com/en/stable/deploying/proxy_fix/
limit_request_line = 0
limit_request_field_size = 0
secure_scheme_headers = {}
forwarder_headers = ""

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "production_wsgi.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": ["levelname", "name", "message"],
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": True,
        }
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["stdout"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "propagate": True}},
}


def post_worker_init(worker):
    report(b"loaded")


def child_exit(server, worker):
    report(b"failed")


def report(what):
    """Tell serve.py, which listens for the first worker only, whether the app could be loaded."""
    with contextlib.suppress(BrokenPipeError):
        os.write(int(os.environ["READY"]), what)
