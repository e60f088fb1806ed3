import multiprocessing
from multiprocessing.pool import Pool

from flask import Flask

FACTOR = 2


def multiply(value: int) -> int:
    return FACTOR * value


# Processes that import this module themselves must not start others.
POOL: Pool | None = None if multiprocessing.parent_process() else multiprocessing.Pool(2)


def index() -> str:
    assert POOL
    return str(POOL.apply(multiply, (21,)))


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "index", index)
    return app
