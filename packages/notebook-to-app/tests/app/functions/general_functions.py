"""Functions that routes and notebooks share. They need an app context, no request."""

from flask import current_app


def get_debug_mode() -> bool:
    """Whether the app runs in debug mode."""
    return bool(current_app.config["DEBUG"])
