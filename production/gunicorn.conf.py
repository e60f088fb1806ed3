"""gunicorn runs the app, behind HAProxy. serve.py starts it.

Settings: https://gunicorn.org/reference/settings/
"""

import contextlib
import logging
import os
import sys

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from production_wsgi import json_handler


class ConnectionWorker(ThreadWorker):
    def handle(self, conn):
        """Serve all of a connection's requests in one thread: HAProxy has few connections, and keeps them busy.

        gunicorn's own way, through the thread that accepts connections, takes as long for each request as Flask does.
        """
        while (kept := super().handle(conn)) is True:
            pass
        return kept


class JsonLogger(Logger):
    def setup(self, cfg):
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, *_):
        """Requests are in HAProxy's log."""


logging.basicConfig(handlers=[json_handler()])
sys.stdout.reconfigure(line_buffering=True, write_through=False)  # what the app prints stays in lines, too
sys.setswitchinterval(0.02)  # by default 0.005: many busy threads then spend a third of their time on taking turns

logger_class = JsonLogger
worker_class = ConnectionWorker
wsgi_app = f"production_wsgi:load({os.environ['APP_FACTORY']!r})"
bind = f"unix:{os.environ['RUN_DIRECTORY']}/app.sock"
workers = int(os.environ["WORKERS"])
# As many as HAProxy lets in, and its four probes: no connection waits for a thread, which starts when it is needed.
threads = sum(int(os.environ[places]) for places in ("APP_PLACES", "BODY_PLACES", "FORM_PLACES")) + 4
worker_connections = 2 * threads
keepalive = 3600  # HAProxy closes an idle connection first, so that none is closed under a request
timeout = 60  # of a process that is stuck as a whole
graceful_timeout = 1  # when HAProxy has ended, nobody waits
worker_tmp_dir = os.environ["RUN_DIRECTORY"]
control_socket_disable = True
# HAProxy has judged lengths and headers. What a load balancer before it says is the app's to believe:
# https://flask.palletsprojects.com/en/stable/deploying/proxy_fix/
limit_request_line = limit_request_field_size = 0
secure_scheme_headers = {}
forwarder_headers = ""


def post_worker_init(worker):
    report(b"loaded")


def child_exit(server, worker):
    report(b"failed")


def report(event):
    """Tell serve.py, which listens until the first worker has loaded the app, or ended before."""
    with contextlib.suppress(OSError):
        os.write(int(os.environ["REPORT"]), event)
