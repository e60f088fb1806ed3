"""Log lines for machines: one JSON object each, on the standard output.

The formatter is python-json-logger's: whatever a client sends, in a path or a header, it stays
inside of a JSON string, line breaks and control characters escaped.
"""

import logging
import logging.config
from typing import Any

from servers.log_writer import LineWriter

# https://docs.python.org/3/library/logging.config.html#logging-config-dictschema
CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request id": {"()": "servers.request_id.RequestIdFilter"},
        "no advice": {"()": "servers.log_lines.NoAdvice"},
    },
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": ["levelname", "name", "message"],
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": True,
        },
    },
    "handlers": {
        "stdout": {
            "()": LineWriter,
            "formatter": "json",
            "filters": ["request id", "no advice"],
        },
    },
    "root": {"handlers": ["stdout"]},
    "loggers": {
        "_granian": {"level": "INFO"},
        "servers": {"level": "INFO"},
        "stdout": {"level": "INFO"},
    },
}


def log_as_json() -> None:
    """Have all loggers of this process, and Python's warnings, write JSON lines."""
    logging.config.dictConfig(CONFIGURATION)
    logging.captureWarnings(True)


def line_writer() -> LineWriter:
    """What writes the lines of this process, once that is configured."""
    return next(handler for handler in logging.getLogger().handlers if isinstance(handler, LineWriter))


class NoAdvice(logging.Filter):
    """Holds back granian's doubts about the number of threads: see docs/production.md for why there are that many."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.name == "_granian" and "Python threads, which seems quite high" in record.getMessage())
