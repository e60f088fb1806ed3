from flask import Flask

NUMBER = 100000


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def answer() -> str:
        return str(NUMBER + 0)

    return app
