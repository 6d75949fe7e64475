"""A kit's page as a person opens it: from a folder, in a real Chromium, with nothing but files."""

import pytest

from studiolo.compose.kit import kit_disk
from studiolo.compose.kit.kit_folder import lay_out
from tests.browsers import chromium
from tests.client.waiting import wait_until
from tests.studio.conftest import AXE, FLAGS, RULES
from tests.studiolo.compose.kits import kit_of


@pytest.fixture(scope="module")
def browser():
    with chromium(*FLAGS) as browser:
        yield browser


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("a kit & more")
    for name, missing in (("whole", ()), ("part", ("concept", "soundtrack"))):
        kit_disk.write(root / name, lay_out(*kit_of(missing=missing)))
    return root


@pytest.fixture
def opened(browser, folders):
    """Opens a kit's page; everything that it complained about or asked of a network is in `said`."""
    contexts = []

    def open_(name, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda one: None if one.url.startswith("file:") else page.said.append(one.url))
        page.goto((folders / name / "index.html").as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()


def test_it_shows_and_plays_what_lies_beside_it(opened):
    page = opened("whole")
    wait_until(lambda: page.evaluate("document.querySelector('audio').duration === 1"))
    wait_until(lambda: page.evaluate("[...document.images].every(one => one.naturalWidth > 0)"))
    page.evaluate("document.querySelector('audio').muted = true")
    page.evaluate("document.querySelector('audio').play()")
    wait_until(lambda: page.evaluate("document.querySelectorAll('rect.played').length > 100"))
    again = page.get_by_role("button", name="Repeat")
    again.click()
    assert page.evaluate("document.querySelector('audio').loop")
    page.get_by_label("Base colour").focus()
    page.keyboard.press("ArrowRight")
    assert "normal.png" in page.evaluate("document.querySelector('.tiles').style.backgroundImage")
    assert page.said == []


def test_light_and_dark_follow_the_system_and_then_the_button(opened):
    page = opened("whole", color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(ground) != dark
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) == dark


@pytest.mark.parametrize("name", ["whole", "part"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it_on_any_screen(opened, name, scheme):
    page = opened(name, color_scheme=scheme, bypass_csp=True, viewport={"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1400, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {preload: false, runOnly: rules})", RULES)
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert page.get_by_role("note").count() == (name == "part")
