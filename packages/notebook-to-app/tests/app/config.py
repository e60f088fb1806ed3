"""The settings of the app that the tests work on."""

import logging


class DevConfig:
    DEBUG = True
    LOG_LEVEL = "INFO"


def log_level() -> int:
    return logging.getLevelNamesMapping()[DevConfig.LOG_LEVEL]
