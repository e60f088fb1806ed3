"""The settings of the app, one class for each environment.

Any of them, and any of Flask's own, can be overridden by an environment variable with
the prefix ``FLASK_``, as Flask documents it:
https://flask.palletsprojects.com/en/stable/config/#configuring-from-environment-variables
"""

import os


class ConfigurationError(SystemExit):
    """A setting from outside has a value that it cannot have: the start ends with a sentence on what to do."""


class Config:
    """What all environments share."""

    DEBUG = False
    TESTING = False
    # The level from which log lines are shown, and at which the app tells how it started.
    LOG_LEVEL = "WARNING"
    # Bytes of a request's body; a route may allow more: https://flask.palletsprojects.com/en/stable/web-security/
    MAX_CONTENT_LENGTH = 16 * 1024 * 1024


class DevConfig(Config):
    DEBUG = True
    LOG_LEVEL = "INFO"


class ProdConfig(Config):
    pass


class TestConfig(Config):
    TESTING = True


_CONFIGS: dict[str, tuple[str, type[Config]]] = {
    "DEV": ("development", DevConfig),
    "PROD": ("production", ProdConfig),
}


def environment() -> str:
    """The value of ``ENVIRONMENT``: ``"DEV"`` or ``"PROD"``.

    Where nobody says, it is ``"PROD"``: forgetting the variable must not open a debugger.

    Raises:
        ConfigurationError: it is something else.
    """
    name = os.environ.get("ENVIRONMENT") or "PROD"
    if name not in _CONFIGS:
        allowed = " or ".join(_CONFIGS)
        raise ConfigurationError(f"ENVIRONMENT is {name!r}, which is not known: set it to {allowed}.")
    return name


def chosen_config() -> tuple[str, type[Config]]:
    """The environment's full name and its configuration, as ``ENVIRONMENT`` chooses them.

    Raises:
        ConfigurationError: ``ENVIRONMENT`` has an unknown value.
    """
    return _CONFIGS[environment()]
