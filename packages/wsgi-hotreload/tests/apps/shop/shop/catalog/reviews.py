from flask import Blueprint, url_for

reviews = Blueprint("reviews", __name__, url_prefix="/reviews")


@reviews.get("/<int:product>")
def of_product(product: int) -> str:
    return f"No reviews of {product} at {url_for('.of_product', product=product)}"
