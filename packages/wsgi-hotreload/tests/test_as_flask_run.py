"""Flask apps find what they know from Flask's own server."""

from hotreload_support.server import Start
from hotreload_support.waiting import wait_for

APP = """\
import os
from flask import Flask, render_template
from werkzeug.serving import is_running_from_reloader

app = Flask(__name__)
{prelude}


def create_app():
    app.add_url_rule("/", "debug", lambda: f"{{app.debug}} {{is_running_from_reloader()}}")
    app.add_url_rule("/page", "page", lambda: render_template("page.html"))
    return app
"""


def test_an_app_is_in_debug_mode_and_knows_that_it_is_reloaded(start: Start) -> None:
    assert start(APP.format(prelude="")).get().text == "True True"


def test_the_user_decides_about_debug_mode(start: Start) -> None:
    assert start(APP.format(prelude=""), FLASK_DEBUG="0").get().text == "False True"


def test_a_run_that_nothing_guards_is_ignored(start: Start) -> None:
    assert start(APP.format(prelude="app.run(port=1)")).get().text == "True True"


def test_templates_are_fresh_without_a_reload(start: Start) -> None:
    server = start(APP.format(prelude=""))
    generation = server.status()["generation"]
    server.write("one", "templates/page.html")
    assert server.get("/page").text == "one"

    server.write("two", "templates/page.html")

    wait_for("the template", lambda: server.get("/page").text == "two")
    assert server.status()["generation"] == generation
