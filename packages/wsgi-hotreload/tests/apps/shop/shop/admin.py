from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView

from shop.extensions import db
from shop.models import Product


def init_app(app: Flask) -> None:
    admin = Admin(app, name="Shop")
    admin.add_view(ModelView(Product, db))
