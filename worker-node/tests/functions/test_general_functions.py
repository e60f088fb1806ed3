import pytest
from flask import Flask

from functions.general_functions import get_debug_mode


@pytest.mark.parametrize("debug", [True, False])
def test_debug_mode_is_that_of_the_current_app(app: Flask, debug: bool) -> None:
    app.config["DEBUG"] = debug

    with app.app_context():
        assert get_debug_mode() is debug
