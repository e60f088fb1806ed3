from flask import Blueprint, render_template
from flask_babel import gettext

from shop.extensions import db
from shop.models import Product
from shop.settings import CURRENCY

catalog = Blueprint("catalog", __name__)


@catalog.get("/")
def products() -> str:
    labels = [product.label() for product in db.session.query(Product).order_by(Product.id)]
    return render_template("products.html", title=gettext("Products"), labels=labels, currency=CURRENCY)


@catalog.get("/count")
def count() -> str:
    return str(db.session.query(Product).count())
