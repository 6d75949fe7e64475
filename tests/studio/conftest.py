"""A real Chromium with the studio page of a real daemon, which has the starters."""

import json
import time
import urllib.request
from pathlib import Path

import axe_playwright_python
import pytest

from tests.browsers import chromium
from tests.daemon.conftest import frugal, with_models

FLAGS = [
    "--use-gl=angle",
    "--use-angle=swiftshader",  # WebGL without a graphics card
    "--enable-unsafe-swiftshader",
    "--autoplay-policy=no-user-gesture-required",
]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 400_000
"""Milliseconds for what models make, on a machine that has other things to do."""


class Studio:
    """The page as a person has it."""

    def __init__(self, daemon, page):
        self.daemon, self.page = daemon, page
        self.said = []
        """What the browser complained about: scripts that failed, what the policy forbade."""
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.set_default_timeout(30_000)

    def ask(self, method, path):
        """What the daemon answers its owner."""
        running = self.daemon.running()
        headers = {"Authorization": f"Bearer {running.token}"}
        request = urllib.request.Request(f"{running.url}{path}", method=method, headers=headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def code(self):
        return self.ask("POST", "/v1/studio/codes")["code"]

    def open(self):
        self.page.goto(f"{self.daemon.running().url}/#code={self.code()}")
        self.page.wait_for_selector("nav a")
        return self

    def go(self, place, wait="h1"):
        """To a place by its path behind the hash."""
        self.page.evaluate("place => { location.hash = `#/${place}`; }", place)
        self.page.wait_for_selector(f"main {wait}")

    def until(self, true, seconds=60):
        """Waits until this expression is true in the page, whose policy lets nobody wait there himself."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(true):
            assert time.monotonic() < deadline, true
            self.page.wait_for_timeout(50)

    def text(self, selector="main"):
        return self.page.inner_text(selector)

    def findings(self):
        """What axe finds on the page as it is now."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("rules => axe.run(document, {preload: false, runOnly: rules})", RULES)
        return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.fixture(scope="module")
def browser():
    with chromium(*FLAGS) as browser:
        yield browser


@pytest.fixture(scope="module")
def daemon(starter_home, tmp_path_factory):
    yield from with_models(frugal(tmp_path_factory.mktemp("home")), starter_home)


@pytest.fixture
def fresh(browser, daemon):
    """A page without a key, in a window of its own."""
    context = browser.new_context()
    yield Studio(daemon, context.new_page())
    context.close()


@pytest.fixture(scope="module")
def studio(browser, daemon):
    """A page that is open, for all tests of a file."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield Studio(daemon, context.new_page()).open()
    context.close()
