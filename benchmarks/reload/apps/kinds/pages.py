from flask import Blueprint, current_app
from settings import CONSTANT

pages = Blueprint("pages", __name__)


@pages.get("/body")
def body() -> str:
    return "old body"


@pages.get("/constant")
def constant() -> str:
    return CONSTANT


@pages.get("/data")
def data() -> str:
    return str(current_app.config["DATA"])


@pages.get("/route")
def route() -> str:
    return "old route"
