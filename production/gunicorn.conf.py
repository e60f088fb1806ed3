"""gunicorn runs the app, and starts HAProxy, which faces the clients. run.py starts it.

What can be set by environment variables is in docs/production.md. Settings: https://gunicorn.org/reference/settings/
"""

import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from production_front import SIGNALS, Front
from production_settings import LARGEST_FORM, NUMBERS, cpu_limit, read_number
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

numbers = {name: read_number(name, *bounds) for name, bounds in NUMBERS.items()}
front = Front(os.environ.setdefault("HOST", "0.0.0.0"), numbers["PORT"])
try:
    folder = tempfile.mkdtemp(prefix="production-")
except OSError:
    sys.exit("There is no folder to write to: mount one, and name it by TMPDIR.")

logger_class = JsonLogger
worker_class = ConnectionWorker
wsgi_app = f"production_wsgi:load({os.environ['APP_FACTORY']!r})"
bind = f"unix:{folder}/app.sock"
workers = numbers["WORKERS"] or cpu_limit()
# How many requests HAProxy lets in: any; with a large body; with large files, which wait in the folder.
space = os.statvfs(folder)
app_places = workers * numbers["THREADS"]
body_places = app_places // 2 + 1
form_places = max(1, min(body_places, int(space.f_bavail * space.f_frsize * 0.9) // LARGEST_FORM))
# And its four probes: no connection waits for a thread, which starts when it is needed.
threads = app_places + body_places + form_places + 4
worker_connections = 2 * threads
keepalive = 3600  # HAProxy closes an idle connection first, so that none is closed under a request
timeout = 60  # of a process that is stuck as a whole
graceful_timeout = 1  # HAProxy has ended before, and nobody waits
worker_tmp_dir = folder
control_socket_disable = True
# HAProxy has judged lengths and headers. What a load balancer before it says is the app's to believe:
# https://flask.palletsprojects.com/en/stable/deploying/proxy_fix/
limit_request_line = limit_request_field_size = 0
secure_scheme_headers = {}
forwarder_headers = ""

os.environ |= {  # for haproxy.cfg and production_wsgi.py
    "RUN_DIRECTORY": folder,
    "WORKERS": str(workers),
    "MAX_CONNECTIONS": str(numbers["MAX_CONNECTIONS"]),
    "APP_PLACES": str(app_places),
    "BODY_PLACES": str(body_places),
    "FORM_PLACES": str(form_places),
    **{f"{name[:-8]}_MS": f"{numbers[name] * 1000:.0f}" for name in numbers if name.endswith("_SECONDS")},
}


def on_starting(server):
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # gunicorn's handlers, which come next, would not drain


def when_ready(server):
    front.start(numbers["DRAIN_SECONDS"])


def post_worker_init(worker):
    Path(folder, "loaded").touch()


def child_exit(server, worker):
    if not Path(folder, "loaded").exists():  # gunicorn would try again without end
        os.kill(os.getpid(), signal.SIGQUIT)


def on_exit(server):
    failure = front.end()
    shutil.rmtree(folder)
    sys.exit(failure)
