"""What the app offers to its callers."""

from flask import Blueprint, current_app

from functions.general_functions import get_debug_mode

general = Blueprint("general", __name__)


@general.get("/demo")
def demo() -> str:
    """Answer ``Ok``, and report the debug mode in the log."""
    current_app.logger.log(current_app.config["LOG_LEVEL"], "Debug mode is %s", get_debug_mode())
    return "Ok"
