from concurrent.futures import ThreadPoolExecutor

from flask import Flask

POOL = ThreadPoolExecutor(2)


def add(value: int) -> int:
    return value + 0


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "index", lambda: str(POOL.submit(add, 21).result()))
    return app
