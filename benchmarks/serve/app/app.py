import logging

from flask import Flask

from config import Config


def create_app() -> Flask:
    app = Flask(__name__)

    app.config.from_object(Config)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s - %(levelname)s - %(name)s - %(message)s")
    app.logger.warning("Chosen environment is production")
    app.config.from_object("config.ProdConfig")

    from routes.general_routes import general

    app.logger.warning("Routes imported")

    app.register_blueprint(general)
    app.logger.warning("Routes registered")

    app.logger.warning("Node ready")
    return app
