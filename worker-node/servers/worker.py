"""What runs in a worker process: the app, with all that the server adds to it."""

import logging
import sys
import traceback
from multiprocessing.connection import Connection

from flask import Flask

from config import ConfigurationError
from servers.access_log import AccessLog
from servers.draining import Draining
from servers.log_lines import line_writer
from servers.printed import PrintedLines
from servers.request_id import RequestId
from servers.settings import ServerSettings
from servers.uploads import Uploads


def create_worker_app(settings: ServerSettings, draining: Connection) -> Flask:
    """Make the app, and wrap it. What stands last here sees a request first."""
    sys.stdout = PrintedLines()
    from app import create_app  # a module that cannot be imported is an error of the making, too

    app = create_app()
    if settings.metrics_port:
        from servers.metrics import Metrics  # costs nothing where nobody asks for it

        app.wsgi_app = Metrics(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Uploads(app.wsgi_app, settings.uploads, settings.body_seconds)  # type: ignore[method-assign]
    app.wsgi_app = Draining(app.wsgi_app, draining)  # type: ignore[method-assign]
    app.wsgi_app = AccessLog(app.wsgi_app, line_writer())  # type: ignore[method-assign]
    app.wsgi_app = RequestId(app.wsgi_app)  # type: ignore[method-assign]
    return app


def create_first_worker_app(settings: ServerSettings, draining: Connection, report: Connection) -> Flask:
    """The same for the first worker, which tells the main process how it went before there is another.

    Raises:
        SystemExit: it failed; why was said, in a traceback that is short and says where.
    """
    try:
        app = create_worker_app(settings, draining)
    except ConfigurationError as error:
        failure = str(error)
    except Exception:  # noqa: BLE001 - whatever it is, nothing can be served
        traceback.print_exc(limit=-1)
        failure = "The app could not be made, see above: nothing was started."
    else:
        report.send("")
        return app
    report.send(failure)
    report.poll(None)  # the main process is ready for the end of this one
    sys.exit(1)


def create_quiet_worker_app(settings: ServerSettings, draining: Connection) -> Flask:
    """The same for another worker: what the factory has to say was said by the first."""
    logging.disable(logging.CRITICAL)
    try:
        return create_worker_app(settings, draining)
    finally:
        logging.disable(logging.NOTSET)
