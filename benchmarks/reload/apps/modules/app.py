from importlib import import_module

from flask import Flask

# Made by sources.py; one in the middle is edited.
PARTS = [import_module(f"parts.part_{index}") for index in range(1000)]


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def answer() -> str:
        return str(PARTS[len(PARTS) // 2].number())

    return app
