from pathlib import Path

from flask import Flask
from pages import pages


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["DATA"] = Path(__file__).with_name("data.txt").read_text()
    app.register_blueprint(pages)
    return app
