"""A feature from its first line to its commit, in JupyterLab alone."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.editing import Checkout
from support.jupyterlab import cells, choose, open_notebook, run
from support.requirements import PACKAGE
from support.requirements import requirements_put_back as requirements_put_back  # noqa: PLC0414 - a fixture of here, too
from support.waiting import wait_for

REPOSITORY = Path("/workspace")
MODULE, TESTS = "functions/feature_of_a_test.py", "tests/functions/test_feature_of_a_test.py"
TEMPLATE, ROUTES = "templates/feature_of_a_test.html", "routes/general_routes.py"
FUNCTION = """def count_words(text: str) -> int:
    return len(text.split())
"""
BRING_TEMPLATE = f"%%bring {TEMPLATE}\n<h1>{{{{{{{{ words }}}}}}}} {{}}</h1>"
BRING_ROUTE = """%%bring routes.general_routes

from flask import render_template, request
from humanize import intcomma

from functions.feature_of_a_test import count_words


@general.get("/feature-of-a-test")
def feature_of_a_test() -> str:
    return render_template("feature_of_a_test.html", words=intcomma(count_words(request.args["text"])))"""
# Set where the whole checkout is mounted, as docs/notebooks.md says: the terminal knows no repository otherwise.
COMMITS = "COMMIT_IN_TERMINAL"


@dataclass
class Feature:
    """The page on which it is made, and the app's source as an editor sees it."""

    page: Page
    source: Checkout
    screenshots: Path
    pictures: int = 0

    def picture(self, name: str) -> None:
        self.pictures += 1
        self.page.screenshot(path=self.screenshots / f"feature-{self.pictures}-{name}.png")

    @property
    def state(self) -> Locator:
        return self.page.locator("#jp-main-statusbar .nta-State")

    @property
    def heading(self) -> Locator:
        """Of the app's page, in the preview."""
        return self.page.frame_locator("#notebook-to-app-preview iframe").locator("h1")


@pytest.fixture
def feature(page: Page, empty_notebook: str, source: Checkout, screenshots: Path) -> Iterator[Feature]:
    templates = source.path(TEMPLATE).parent
    had_templates = templates.exists()
    for name in (TESTS, ROUTES):
        source.path(name)
    source.path(MODULE).write_text(FUNCTION)
    open_notebook(page, empty_notebook)
    yield Feature(page, source, screenshots)
    if not had_templates:
        shutil.rmtree(templates, ignore_errors=True)


@pytest.mark.usefixtures("requirements_put_back")
def test_a_feature_is_made_in_jupyterlab_alone(feature: Feature) -> None:
    take(feature)
    edit_and_bring(feature)
    run_its_tests(feature)
    add_a_package(feature)
    write_a_page(feature)
    see_it_follow(feature)
    break_and_mend_it(feature)
    if os.environ.get(COMMITS):
        commit(feature)


def take(feature: Feature) -> None:
    run(feature.page, "%take functions.feature_of_a_test.count_words")

    expect(cells(feature.page).nth(1)).to_contain_text("%%bring functions.feature_of_a_test")
    feature.picture("taken")


def edit_and_bring(feature: Feature) -> None:
    page, taken = feature.page, cells(feature.page).nth(1)
    taken.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.insert_text(" --test")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text('\n\nassert count_words("") == 0\ncount_words("three little words")')
    taken.get_by_text("len(text.split())").dblclick()
    page.keyboard.press("End")
    page.keyboard.insert_text("  # words, not letters")
    page.keyboard.press("Control+Enter")

    shown = taken.locator(".jp-OutputArea")
    expect(shown).to_contain_text("live in ")
    expect(shown).to_contain_text('assert count_words("three little words") == 3')
    expect(feature.state).to_have_text(re.compile(r"^App: live in \d+ ms$"))
    assert "# words, not letters" in feature.source.path(MODULE).read_text()
    feature.picture("brought")


def run_its_tests(feature: Feature) -> None:
    expect(run(feature.page, "%test --last")).to_contain_text("1 passed")
    feature.picture("tested")


def add_a_package(feature: Feature) -> None:
    shown = run(feature.page, f"%add {PACKAGE}")
    expect(shown).to_contain_text(re.compile(rf"{PACKAGE} [\s\S]*live in "))
    expect(run(feature.page, f"import {PACKAGE}; {PACKAGE}.intcomma(1234)")).to_contain_text("'1,234'")
    feature.picture("added")


def write_a_page(feature: Feature) -> None:
    expect(run(feature.page, BRING_TEMPLATE.format("words"))).to_contain_text("(new)")
    expect(run(feature.page, BRING_ROUTE)).to_contain_text("live in ")

    feature.page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='preview-app'] jp-button").click()
    feature.page.get_by_label("Path of the app").fill("/feature-of-a-test?text=four words are here")
    feature.page.keyboard.press("Enter")
    expect(feature.heading).to_have_text("4 words")
    feature.picture("previewed")


def see_it_follow(feature: Feature) -> None:
    run(feature.page, BRING_TEMPLATE.format("words in all"))
    expect(feature.heading).to_have_text("4 words in all")

    feature.source.path(MODULE).write_text(FUNCTION.replace("len(", "2 * len("))
    expect(feature.heading).to_have_text("8 words in all")
    feature.picture("followed")


def break_and_mend_it(feature: Feature) -> None:
    green = feature.state.evaluate("state => getComputedStyle(state, '::before').backgroundColor")
    feature.source.path(MODULE).write_text("import missing_of_a_test\n")
    expect(feature.state).to_have_text("App: broken")
    feature.state.click()
    details = feature.page.locator(".nta-Details")
    expect(details).to_contain_text("ModuleNotFoundError")
    feature.picture("broken")
    details.get_by_role("button", name="Log").click()
    log = feature.page.locator(".nta-Log")
    expect(log).to_contain_text("No module named 'missing_of_a_test'")

    feature.source.path(MODULE).write_text(FUNCTION)
    expect(feature.state).to_have_text(re.compile(r"^App: live in \d+ ms$"))
    assert feature.state.evaluate("state => getComputedStyle(state, '::before').backgroundColor") == green
    expect(feature.heading).to_have_text("4 words in all")
    feature.picture("mended")


def commit(feature: Feature) -> None:
    """By somebody whom Git does not know yet, as in a first terminal."""
    before = last_commit("%H")
    open_terminal(feature.page)
    feature.page.keyboard.type("cd /workspace && git config --global user.name Ada && ")
    feature.page.keyboard.type("git config --global user.email ada@example.org\n")
    feature.page.keyboard.type("git status --short; git add worker-node && git commit --all --message 'Count words'\n")

    wait_for("the commit", lambda: last_commit("%H") != before)
    assert last_commit("%an <%ae> %s") == "Ada <ada@example.org> Count words"
    made = {f"worker-node/{name}" for name in (MODULE, TESTS, TEMPLATE, ROUTES)}
    assert set(git("show", "--format=", "--name-only").splitlines()) == made | {
        "worker-node/requirements.in",
        "worker-node/requirements.txt",
        "worker-node/requirements-dev.txt",
        "production/requirements.txt",
        "tests/requirements-host.txt",
    }
    feature.picture("committed")


def open_terminal(page: Page) -> None:
    choose(page, "File")
    page.locator(".lm-Menu-item", has_text=re.compile(r"^New$")).hover()
    page.locator(".lm-Menu-item[data-command='terminal:create-new']").click()
    page.locator(".jp-Terminal .xterm-screen").click()


def last_commit(form: str) -> str:
    return git("log", "-1", f"--format={form}").strip()


def git(*arguments: str) -> str:
    return subprocess.run(["git", "-C", REPOSITORY, *arguments], capture_output=True, text=True, check=True).stdout
