"""The routes that are measured, the same file in all images."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify

general = Blueprint("general", __name__)

# About 100 kB as JSON.
ROWS: list[dict[str, Any]] = [
    {
        "id": number,
        "name": f"Sensor {number}",
        "position": {"latitude": 60 + number / 1000, "longitude": 25 - number / 1000},
        "values": [number / 7, number / 11, number / 13],
        "is_active": number % 3 == 0,
    }
    for number in range(625)
]


@general.get("/tiny")
def tiny() -> str:
    return "Ok"


@general.get("/wait")
def wait() -> str:
    """Answer as late as a database would."""
    time.sleep(0.05)
    return "Ok"


@general.get("/json")
def json() -> Response:
    return jsonify(ROWS)
