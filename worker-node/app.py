"""The application factory."""

import logging

from flask import Flask

from config import Config, ConfigurationError, chosen_config

LOG_FORMAT = "%(asctime)s - %(levelname)s - %(name)s - %(message)s"


def create_app(config: type[Config] | None = None) -> Flask:
    """Make the app with the given configuration, or else the one that ``ENVIRONMENT`` chooses.

    Raises:
        ConfigurationError: ``ENVIRONMENT`` or ``FLASK_LOG_LEVEL`` has an unknown value.
    """
    name, chosen = (config.__name__, config) if config else chosen_config()

    app = Flask(__name__)
    app.config.from_object(chosen)
    app.config.from_prefixed_env()
    level = app.config["LOG_LEVEL"] = _log_level(app.config["LOG_LEVEL"])
    # Readable lines, unless the server has set up others before.
    logging.basicConfig(format=LOG_FORMAT)
    logging.getLogger().setLevel(level)
    app.logger.log(level, "Chosen environment is %s", name)

    # Imported here, so that a broken route is an error of the factory, not of this module.
    from routes.general_routes import general
    from routes.health_routes import health

    app.logger.log(level, "Routes imported")

    app.register_blueprint(general)
    app.register_blueprint(health)
    app.logger.log(level, "Routes registered")

    app.logger.log(level, "Node ready")
    return app


def _log_level(name: str) -> int:
    levels = logging.getLevelNamesMapping()
    if name not in levels:
        allowed = ", ".join(levels)
        raise ConfigurationError(f"FLASK_LOG_LEVEL is {name!r}, which is not known: set it to one of {allowed}.")
    return levels[name]
