"""The whole loop as a person goes it: from a cell to a served route, over an error, and on."""

import os
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from support.jupyterlab import open_notebook, run

FUNCTION = '''%%bring functions.loop_of_a_test

def count_words(text: str) -> int:
    """How many words a text has."""
    return {}


count_words("three little words")'''
ROUTE = """%%bring routes.general_routes

from flask import request

from functions.loop_of_a_test import count_words


@general.get("/loop-of-a-test")
def loop_of_a_test() -> dict[str, int]:
    return {"words": count_words(request.args["text"])}"""
CALL = """import requests

requests.get("http://worker-node:7500/loop-of-a-test", params={"text": "four words are here"}).json()"""
CALL_WHILE_BROKEN = """requests.get("http://worker-node:7500/loop-of-a-test", params={"text": "four words are here"})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_function_is_brought_served_broken_and_mended(
    page: Page, notebook: str, screenshots: Path, scheme: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.emulate_media(color_scheme=scheme)
    open_notebook(page, notebook)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", str(scheme == "light").lower())

    brought = run(page, FUNCTION.format("len(text.split())"))
    expect(brought).to_contain_text(re.compile(r"functions/loop_of_a_test.py \(new\).*live in \d+ ms", re.DOTALL))
    expect(brought.locator(".jp-OutputArea-executeResult .jp-OutputArea-output")).to_have_text("3")

    route = run(page, ROUTE)
    expect(route).to_contain_text("live in ")
    expect(route.locator("a")).to_have_attribute("href", f"http://localhost:{os.environ['APP_PORT']}/loop-of-a-test")

    expect(run(page, CALL)).to_contain_text("{'words': 4}")
    page.screenshot(path=screenshots / f"loop-served-{scheme}.png")

    broken = run(page, FUNCTION.format("len(text) // 0"))
    expect(broken).to_contain_text("ZeroDivisionError")
    expect(run(page, CALL_WHILE_BROKEN)).to_contain_text(
        re.compile(r"Response \[500\].*Traceback.*ZeroDivisionError", re.DOTALL)
    )
    page.screenshot(path=screenshots / f"loop-broken-{scheme}.png")

    mended = run(page, FUNCTION.format("len(set(text.split()))"))
    expect(mended.locator(".jp-OutputArea-executeResult .jp-OutputArea-output")).to_have_text("3")
    expect(run(page, CALL)).to_contain_text("{'words': 4}")
    page.screenshot(path=screenshots / f"loop-mended-{scheme}.png")
