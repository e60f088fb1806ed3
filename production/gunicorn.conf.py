"""How gunicorn runs the app, behind HAProxy (settings: https://gunicorn.org/reference/settings/)."""

import os
import select
import signal
import sys
import threading

from flask import has_request_context, request
from gunicorn.workers.gthread import ThreadWorker
from pythonjsonlogger.json import JsonFormatter


class ConnectionWorker(ThreadWorker):
    """Threads that get their requests from the connections by themselves, as leaders and followers.

    A leader waits for the next request of any connection, and a follower takes its place once it has the interpreter
    to serve it. So of many requests that only compute, few are begun at a time, and one that waits keeps nobody: with
    16 leaders at most. Fewer leave the processor idle while requests wait; if all threads wait, each with a connection
    of its own, taking turns costs 256 clients a quarter of the requests. gunicorn's own way, through the thread that
    accepts connections, takes as long for each request as Flask does.

    The pattern: https://www.dre.vanderbilt.edu/~schmidt/PDF/lf.pdf
    """

    def init_process(self):
        self.kept, self.idle, self.turns = {}, select.epoll(), [threading.Lock() for _ in range(16)]
        super().init_process()

    def handle(self, conn):
        """Serve a connection's first request, then any connection's, until one of them ends."""
        try:
            while super().handle(conn):
                if conn.parser and conn.parser.unreader.buf.getvalue():
                    continue  # behind the rest of a body, gunicorn has read the next request, too
                self.kept[fd := conn.sock.fileno()] = conn
                self.idle.register(fd, select.EPOLLIN | select.EPOLLONESHOT)
                with self.turns[fd % len(self.turns)]:
                    [(fd, _)] = self.idle.poll(maxevents=1)
                self.idle.unregister(fd)
                conn = self.kept.pop(fd)
        except SystemExit as why:  # it would end the worker, and with it the requests of all others
            self.handle_error(None, conn.sock, conn.client, why)
        finally:
            conn.close(graceful=True)

    def finish_request(self, *_):
        self.nr_conns -= 1


def add_request_id(record):
    """Name the request, by which HAProxy's line on it is found."""
    if has_request_context():
        record.request_id = request.headers.get("X-Request-ID")
    return True


names = {"levelname": "level", "name": "logger"}
json_lines = {"()": JsonFormatter, "fmt": [*names, "message"], "rename_fields": names, "timestamp": True}
stdout = {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "json", "filters": [add_request_id]}
root, loggers = {"handlers": ["stdout"]}, {"gunicorn.error": {"handlers": ["stdout"], "propagate": False}}
logconfig_dict = {"formatters": {"json": json_lines}, "handlers": {"stdout": stdout}, "root": root, "loggers": loggers}
sys.stdout.reconfigure(line_buffering=True, write_through=False)  # what the app prints stays in lines, too

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
    if "failed" in (files := os.listdir(worker_tmp_dir)) or "loaded" not in files:  # noqa: PTH208 - names
        os.kill(os.getpid(), signal.SIGQUIT)
