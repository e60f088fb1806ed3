"""Apps as people write them: after each of a series of edits, what is served is what a fresh interpreter serves."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload_support.fresh import Page, fresh_pages, served_pages
from hotreload_support.server import ReloadServer
from hotreload_support.swapping import SWAPS, needs_swaps
from hotreload_support.waiting import wait_for

APPS = Path(__file__).parent / "apps"
# Of the translations that the shop finds: what Babel compiles them from.
FINNISH = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Products"
msgstr "Tuotteet"
"""


class EditedApp:
    """A copy of an app that is served, and edited by replacing a text in one of its files."""

    def __init__(self, name: str, factory: str, folder: Path, paths: list[str]) -> None:
        shutil.copytree(APPS / name, folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
        self.factory = factory
        self.paths = paths
        self.headers = {"Accept-Language": "en"}
        self.server = ReloadServer(folder / "src", folder / "log", factory=factory)
        self.server.status()
        assert self.server.settled_after(0)["error"] is None

    def served(self) -> list[Page]:
        return served_pages(self.server, self.paths, self.headers)

    def fresh(self) -> list[Page]:
        return fresh_pages(self.server.folder, self.factory, self.paths, self.headers, {**os.environ})

    def edit(self, name: str, old: str, new: str) -> list[Page]:
        """Save an edit, and return what is served, which is what a fresh interpreter serves."""
        path = self.server.folder / name
        text = path.read_text()
        assert old in text
        if path.suffix == ".py":
            assert self.server.save(text.replace(old, new), name)["error"] is None
            served = self.served()
            assert served == self.fresh()
            return served
        path.write_text(text.replace(old, new))
        fresh = self.fresh()
        wait_for(f"the new {name}", lambda: self.served() == fresh)
        return fresh


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[EditedApp]:
    """It has its database, translations, sessions, forms and administration by extensions of Flask."""
    for library in ("flask_admin", "flask_babel", "flask_login", "flask_migrate", "flask_sqlalchemy", "flask_wtf"):
        pytest.importorskip(library)
    from babel.messages import mofile, pofile  # which comes with Flask-Babel

    folder = tmp_path / "translations/fi/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as compiled:
        mofile.write_mo(compiled, pofile.read_po(FINNISH.splitlines(keepends=True)))
    pages = [
        "/catalog/",
        "/catalog/count",
        "/catalog/reviews/3",
        "/catalog/new",
        "/accounts/login",
        "/accounts/profile",
    ]
    app = EditedApp("shop", "shop:create_app", tmp_path, [*pages, "/admin/product/"])
    yield app
    app.server.stop()
    print(app.server.log())  # noqa: T201


ROUTE = """\
@catalog.get("/new")
def new() -> str:
    return "new"


@catalog.get("/count")
"""
MODEL = """\
class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True)


# models end here
"""
# Each is a name, the file, and what is replaced by what.
EDITS = {
    "a body": ("catalog/views.py", "    return str(", "    return 'There are ' + str("),
    "a method of a model": ("models.py", "self.cents / 100", "self.cents / 50"),
    "a constant imported by name": ("settings.py", '"EUR"', '"SEK"'),
    "a new route": ("catalog/views.py", '@catalog.get("/count")\n', ROUTE),
    "a removed route": ("catalog/views.py", ROUTE, '@catalog.get("/count")\n'),
    "a template": ("templates/products.html", "<h1>", "<h1>Our "),
    "a new model": ("models.py", "# models end here\n", MODEL),
    "a field of a form": ("accounts/views.py", '"Name"', '"Your name"'),
    "a nested blueprint": ("catalog/reviews.py", "No reviews", "Nothing"),
    "a body after all that": ("catalog/views.py", "There are ", "We have "),
}


def test_a_shop_with_many_extensions_is_always_served_as_it_is(shop: EditedApp) -> None:
    assert shop.served() == shop.fresh()
    pages = {name: shop.edit(f"shop/{file}", old, new) for name, (file, old, new) in EDITS.items()}

    new = shop.paths.index("/catalog/new")
    assert [pages[name][new][0] for name in ("a body", "a new route", "a removed route")] == [404, 200, 404]
    assert "Our Products" in pages["a template"][0][1]
    assert "Tea: 9.0 SEK" in pages["a body after all that"][0][1]
    shop.headers = {"Accept-Language": "fi"}
    assert "Our Tuotteet" in shop.served()[0][1]


@needs_swaps
def test_a_shop_is_swapped_although_it_asks_its_database(shop: EditedApp) -> None:
    before = "return str("

    def is_swapped() -> bool:
        nonlocal before
        number = shop.server.status()["swapped"]
        after = f"return 'now ' + {before.removeprefix('return ')}"
        shop.edit("shop/catalog/views.py", before, after)
        before = after
        return bool(shop.server.status()["swapped"] > number)

    wait_for("a swap", is_swapped, timeout=60)


@pytest.fixture(params=["executor", "processes", "loop"])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EditedApp]:
    """It starts a pool of threads, one of processes, or a thread with an event loop when it is imported."""
    app = EditedApp("busy", f"{request.param}:create_app", tmp_path, ["/", "/new"])
    yield app
    app.server.stop()
    print(app.server.log())  # noqa: T201


def test_an_app_with_pools_and_loops_is_always_served_as_it_is(busy: EditedApp) -> None:
    name = f"{busy.factory.partition(':')[0]}.py"
    new_route = '    app.add_url_rule("/new", "new", lambda: "new")\n    return app\n'
    edits = [
        ("return FACTOR *", "return -FACTOR *"),
        ("FACTOR = 2", "FACTOR = 3"),
        ("    return app\n", new_route),
        (new_route, "    return app\n"),
        ("return -FACTOR *", "return FACTOR *"),
    ]

    assert [busy.edit(name, old, new)[0][1] for old, new in edits] == ["-42", "-63", "-63", "-63", "63"]


def test_a_body_is_swapped_although_there_is_a_pool_that_has_not_begun(tmp_path: Path) -> None:
    """A pool of threads starts them when there is work."""
    app = EditedApp("busy", "waiting:create_app", tmp_path, ["/"])
    try:
        for number in range(4):
            assert app.edit("waiting.py", f"value + {number}", f"value + {number + 1}")[0] == (200, str(22 + number))
        assert app.server.status()["swapped"] > 0 or not SWAPS
    finally:
        app.server.stop()
