"""A small app with a factory, as the tests bring code into one."""

import logging

from flask import Flask

from config import DevConfig, log_level


def create_app():
    app = Flask(__name__)
    app.config.from_object(DevConfig)
    app.config["LOG_LEVEL"] = log_level()
    logging.basicConfig()
    logging.getLogger().setLevel(log_level())

    from routes.general_routes import general

    app.register_blueprint(general)
    app.logger.info("Node ready")
    return app
