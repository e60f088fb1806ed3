"""One log line for each request that was answered."""

import functools
import time
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted
from wsgiref.types import WSGIApplication, WSGIEnvironment

from servers.log_writer import LineWriter
from servers.observing import Observer
from servers.request_id import HEADER_IN_ENVIRON

# Probes that find all well come every few seconds, for ever.
PROBES = frozenset({"/livez", "/readyz"})
# Of a path or a header, so that a client cannot fill the log.
LONGEST_VALUE = 1000
OK = 200


@functools.lru_cache(maxsize=1)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _timestamp() -> str:
    microseconds = time.time_ns() // 1000
    return f"{_second(microseconds // 1_000_000)}.{microseconds % 1_000_000:06d}+00:00"


class AccessLog(Observer):
    """WSGI middleware that tells what was asked, what was answered, and how long it took.

    Query strings are left out: they carry what must not be kept, tokens and search terms. The lines are those of
    log_lines.py, put together here: by the standard library's logging and a formatter they take as long as all of
    Flask does. What a client says is ``quoted``, which escapes all that is not printable ASCII; its address and
    the id are plain.
    """

    def __init__(self, app: WSGIApplication, writer: LineWriter) -> None:
        super().__init__(app)
        self._writer = writer

    def answered(self, environ: WSGIEnvironment, status: int, seconds: float) -> None:
        if status == OK and environ["PATH_INFO"] in PROBES:
            return
        method = quoted(environ["REQUEST_METHOD"][:LONGEST_VALUE])
        path = quoted(environ["PATH_INFO"][:LONGEST_VALUE])
        self._writer.write(
            f'{{"level": "INFO", "logger": "servers.access", "message": "{method[1:-1]} {path[1:-1]} {status}", '
            f'"method": {method}, "path": {path}, "status": {status}, "milliseconds": {seconds * 1000:.3f}, '
            f'"client": "{environ.get("REMOTE_ADDR", "")}", '
            f'"user_agent": {quoted(environ.get("HTTP_USER_AGENT", "")[:LONGEST_VALUE])}, '
            f'"request_id": "{environ[HEADER_IN_ENVIRON]}", "timestamp": "{_timestamp()}"}}\n'.encode()
        )
