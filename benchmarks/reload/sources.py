"""The apps that are edited: copies of what is in ``apps/``."""

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

APPS = Path(__file__).parent / "apps"
FIRST_NUMBER = 100000
PARTS = 1000
PLUGINS = 200
# One of the modules of the app that has many.
PART = '''\
"""One of a thousand."""

NUMBER = 100000


def number() -> int:
    return NUMBER + 0


def double(value: int) -> int:
    return 2 * value


def greet(name: str) -> str:
    """A greeting."""
    return f"Hello, {name}"


class Counter:
    """Counts from zero."""

    def __init__(self) -> None:
        self.count = 0

    def increase(self) -> int:
        self.count += 1
        return self.count
'''

# One of the plugins of the app that has a database.
PLUGIN = """\
from extensions import db
from flask import Blueprint, render_template_string, request

NUMBER = 100000
pages = Blueprint("{name}", __name__)


class {model}(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), index=True)
    value = db.Column(db.Integer, default=0)
    parent_id = db.Column(db.Integer, db.ForeignKey("{table}.id"))
    children = db.relationship("{model}")


def number() -> int:
    return NUMBER + 0


def load(tables: set[str]) -> None:
    if "{table}" in tables and not db.session.query({model}).first():
        db.session.add({model}(name="{name}"))
        db.session.commit()


@pages.get("/")
def index() -> str:
    return render_template_string("{{{{ rows }}}}", rows=db.session.query({model}).count())


@pages.post("/")
def add() -> str:
    db.session.add({model}(name=request.form["name"]))
    db.session.commit()
    return "added"


@pages.get("/<int:number>")
def show(number: int) -> str:
    return db.get_or_404({model}, number).name
"""


@dataclass(frozen=True)
class App:
    name: str
    title: str
    edited: str
    # A reload of the heavy app takes longer, and so varies less in proportion.
    rounds: int
    # Whether the body of a function is edited, and not a constant that is made when the module is imported.
    is_body: bool = False

    @property
    def folder(self) -> str:
        return self.name.removesuffix("-body")


TINY = App("tiny", "tiny app", "app.py", rounds=15)
HEAVY = App("heavy", "with pandas and scikit-learn", "app.py", rounds=8)
# Neither the first nor the last: how many are imported after it makes a difference.
MODULES = App("modules", "1,000 modules of its own", f"parts/part_{PARTS // 2}.py", rounds=8)
SITE = App("site", "with 200 plugins and a database", f"plugins/plugin_{PLUGINS // 2:03}.py", rounds=8)
ALL = {app.name: app for app in (TINY, HEAVY, MODULES, SITE)}
ALL |= {f"{name}-body": replace(app, name=f"{name}-body", is_body=True) for name, app in ALL.items()}


class Source:
    """A copy of an app, with a number in it that tells the states of the source apart."""

    def __init__(self, app: App, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(APPS / app.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
        if app.folder == MODULES.name:
            (folder / "parts").mkdir()
            for index in range(PARTS):
                (folder / "parts" / f"part_{index}.py").write_text(PART)
        elif app.folder == SITE.name:
            (folder / "plugins").mkdir()
            for index in range(PLUGINS):
                names = {"name": f"plugin_{index:03}", "model": f"Plugin{index:03}", "table": f"plugin{index:03}"}
                (folder / "plugins" / f"{names['name']}.py").write_text(PLUGIN.format(**names))
        self._edited = folder / app.edited
        self._is_body = app.is_body
        self.number = FIRST_NUMBER

    def save_next_number(self) -> None:
        """Write the file in place, as most editors do. Its size stays the same, or nearly so."""
        self.number += 1
        text = self._edited.read_text()
        if self._is_body:
            text = re.sub(r"NUMBER \+ \d+", f"NUMBER + {self.number - FIRST_NUMBER}", text)
        else:
            text = re.sub(r"^NUMBER = \d+$", f"NUMBER = {self.number}", text, flags=re.MULTILINE)
        self._edited.write_text(text)
