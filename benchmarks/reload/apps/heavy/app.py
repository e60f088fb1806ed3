import pandas as pd
import sklearn.ensemble
import sklearn.linear_model
from flask import Flask

NUMBER = 100000
LIBRARIES = (pd, sklearn.ensemble, sklearn.linear_model)


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def answer() -> str:
        return str(NUMBER + 0)

    return app
