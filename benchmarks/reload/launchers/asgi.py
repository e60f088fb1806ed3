"""The app for servers that speak ASGI alone."""

from a2wsgi import WSGIMiddleware  # type: ignore[import-not-found, unused-ignore]

from app import create_app

app = WSGIMiddleware(create_app())
