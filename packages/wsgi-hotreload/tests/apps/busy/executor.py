from concurrent.futures import ThreadPoolExecutor

from flask import Flask

FACTOR = 2
POOL = ThreadPoolExecutor(2)


def multiply(value: int) -> int:
    return FACTOR * value


READY = POOL.submit(str, "its thread has started").result()


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "index", lambda: str(POOL.submit(multiply, 21).result()))
    return app
