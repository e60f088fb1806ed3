"""A blueprint is registered in the factory where the others are, with its import."""

import pytest

from notebook_support.merging import APPS_OWN, text
from notebook_to_app.core.factory import register_blueprint
from notebook_to_app.core.refusal import Refusal

IMPORTS_INSIDE = text(
    """
    from flask import Flask


    def create_app():
        app = Flask(__name__)
        from routes.general_routes import general

        app.register_blueprint(general)
        return app
    """
)
IMPORTS_AT_THE_TOP = text(
    """
    from flask import Flask

    from routes.general_routes import general


    def create_app():
        made = Flask(__name__)
        made.register_blueprint(general, url_prefix="/a")  # first
        return made
    """
)


def registered(factory: str, variable: str = "shop") -> str:
    return register_blueprint(factory.encode(), "routes.shop_routes", variable, APPS_OWN.__contains__).decode()


def test_the_import_goes_below_those_within_the_function() -> None:
    assert registered(IMPORTS_INSIDE) == IMPORTS_INSIDE.replace(
        "import general\n", "import general\n    from routes.shop_routes import shop\n"
    ).replace("(general)\n", "(general)\n    app.register_blueprint(shop)\n")


def test_the_import_goes_to_those_at_the_top() -> None:
    assert registered(IMPORTS_AT_THE_TOP) == IMPORTS_AT_THE_TOP.replace(
        "import general\n", "import general\nfrom routes.shop_routes import shop\n"
    ).replace("# first\n", "# first\n    made.register_blueprint(shop)\n")


def test_imports_below_the_last_registration_stay_as_they_are() -> None:
    below = IMPORTS_INSIDE.replace("    return", "    from routes.late import (\n        late,\n    )\n    return")

    assert registered(below) == below.replace(
        "import general\n", "import general\n    from routes.shop_routes import shop\n"
    ).replace("(general)\n", "(general)\n    app.register_blueprint(shop)\n")


def test_a_factory_without_blueprints_is_refused() -> None:
    with pytest.raises(Refusal, match=r"registers no blueprint yet: add `app.register_blueprint\(…\)`"):
        registered("def create_app(): ...\n")


def test_a_variable_that_the_factory_has_already_is_refused() -> None:
    with pytest.raises(Refusal, match=r"has another general already: rename the blueprint's variable in routes.shop"):
        registered(IMPORTS_INSIDE, "general")
