"""A shop in the style of real applications: what it is made of is in the folders, what it uses in ``extensions``."""

from flask import Flask

from shop import admin, extensions
from shop.accounts.views import accounts
from shop.catalog.reviews import reviews
from shop.catalog.views import catalog
from shop.models import seed


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_object("shop.settings.Settings")
    extensions.init_app(app)
    admin.init_app(app)
    catalog.register_blueprint(reviews)
    app.register_blueprint(catalog, url_prefix="/catalog")
    app.register_blueprint(accounts, url_prefix="/accounts")
    with app.app_context():
        extensions.db.create_all()
        seed()
    return app
