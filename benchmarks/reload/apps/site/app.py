"""In the style of CTFd: plugins with models and blueprints, logs, and a factory that asks its database."""

import logging
import os
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path

from extensions import db, migrate
from flask import Flask
from sqlalchemy import inspect

HERE = Path(__file__).parent


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{HERE.parent / 'site.db'}"
    db.init_app(app)
    migrate.init_app(app, db)
    init_logs()
    # Made by sources.py; one in the middle is edited.
    plugins = [import_module(f"plugins.{path.stem}") for path in sorted((HERE / "plugins").glob("plugin_*.py"))]
    for plugin in plugins:
        app.register_blueprint(plugin.pages, url_prefix=f"/{plugin.pages.name}")
    with app.app_context():
        db.create_all()
        tables = set(inspect(db.engine).get_table_names())
        for plugin in plugins:
            plugin.load(tables)
    app.add_url_rule("/", "index", lambda: str(plugins[len(plugins) // 2].number()))
    return app


def init_logs() -> None:
    folder = HERE.parent / "logs"
    folder.mkdir(exist_ok=True)
    for name in ("submissions", "logins", "registrations"):
        log = folder / f"{name}.log"
        if not os.path.exists(log):  # noqa: PTH110 - as it is often written
            log.touch()
        logger = logging.getLogger(name)
        logger.addHandler(RotatingFileHandler(log, maxBytes=10_000_000, backupCount=5))
