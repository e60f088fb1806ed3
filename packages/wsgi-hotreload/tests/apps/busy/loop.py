import asyncio
import threading

from flask import Flask

FACTOR = 2
LOOP = asyncio.new_event_loop()
threading.Thread(target=LOOP.run_forever, daemon=True).start()


async def multiply(value: int) -> int:
    await asyncio.sleep(0)
    return FACTOR * value


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "index", lambda: str(asyncio.run_coroutine_threadsafe(multiply(21), LOOP).result()))
    return app
